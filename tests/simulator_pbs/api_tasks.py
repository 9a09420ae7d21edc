"""The simulated task list, logs and states of a backup server."""

from simulator_pbs.asking import Ask, Listed, RefusalError, Route, bad_parameter
from simulator_pbs.records import PbsTask
from simulator_pbs.rights import acl_path, owns, user_of

_STATES = ("ok", "warning", "error", "unknown")


def _class_of(status: str) -> str:
    if status == "OK":
        return "ok"
    if status.startswith("WARNINGS: "):
        return "warning"
    return "unknown" if status == "unknown" else "error"


def _might_have_run(ask: Ask, task: PbsTask) -> bool:
    """Whether the task is one of a job or datastore that the caller could have started (src/api2/node/tasks.rs)."""
    parts = task.id.split(":")
    if task.type == "verificationjob":
        return ask.rights.may(acl_path(parts[0]), "Datastore.Verify")
    if task.type == "garbage_collection":
        return ask.rights.may(acl_path(task.id), "Datastore.Modify")
    if task.type in {"prune", "prunejob"}:
        return ask.rights.may(acl_path(*parts[:2]), "Datastore.Modify")
    if task.type == "syncjob":
        remote, remote_store, store, namespace, _ = parts
        there = ("/remote", remote, remote_store)
        local = remote == "-"
        source = (acl_path(remote_store), "Datastore.Backup") if local else ("/".join(there), "Remote.Read")
        return ask.rights.may(*source) and ask.rights.may(acl_path(store, namespace), "Datastore.Backup")
    return False


def _may_see(ask: Ask, task: PbsTask) -> bool:
    own = owns(ask.rights.authid, task.user)
    return own or ask.rights.may("/system/tasks", "Sys.Audit") or _might_have_run(ask, task)


def _of_store(task: PbsTask, store: str) -> bool:
    """Whether a task is about a datastore, as far as its id tells."""
    if task.type == "syncjob":
        return task.id.split(":")[2] == store
    about = task.type.startswith("verif") or task.type in {"prune", "prunejob", "backup", "garbage_collection"}
    return about and (task.id == store or task.id.startswith(f"{store}:"))


def _listed(ask: Ask, task: PbsTask) -> bool:
    """Whether a task passes the filters of the query."""
    query, status = ask.query, task.status
    wanted = query.get("statusfilter")
    if wanted is not None and wanted not in _STATES:
        raise bad_parameter("statusfilter", f"value '{wanted}' is not defined in the enumeration.")
    return (
        ("until" not in query or task.starttime <= ask.number("until", 0))
        and ask.number("since", 0) <= task.starttime
        and query.get("userfilter", "") in task.user
        and ("store" not in query or _of_store(task, query["store"]))
        and query.get("typefilter", "") in task.type
        and not (status is not None and ask.flag("running"))
        and not (status == "OK" and ask.flag("errors"))
        and (wanted is None or (status is not None and _class_of(status) == wanted))
    )


def _row(task: PbsTask) -> dict[str, object]:
    row: dict[str, object] = {"upid": task.upid, "node": "localhost", "pid": task.pid, "pstart": task.pstart}
    row |= {"starttime": task.starttime, "worker_type": task.type, "worker_id": task.id or None, "user": task.user}
    row |= {"endtime": task.endtime, "status": task.status}
    return {key: value for key, value in row.items() if value is not None}


def _tasks(ask: Ask) -> object:
    """Tasks, those that run first, then by their end; `total` is only ever one more than what was told so far."""
    start, limit = ask.number("start", 0), ask.number("limit", 50)
    newest = sorted(ask.world.tasks, key=lambda task: (task.endtime is None, task.endtime or task.starttime))[::-1]
    found = [task for task in newest if _may_see(ask, task) and _listed(ask, task)]
    page = found[start : start + limit] if limit else found[start:]
    more = 1 if limit and page and len(page) == limit else 0
    return Listed([_row(task) for task in page], (("total", start + len(page) + more),))


def _task(ask: Ask) -> PbsTask:
    """The task of the path; the id alone tells whose it is, so that a caller without rights learns no more."""
    upid = ask.part["upid"]
    if not upid.startswith("UPID:") or not upid.endswith(":"):
        raise RefusalError(400, f"unable to parse UPID '{upid}'")
    task = ask.facts.by_upid.get(upid)
    if task is None:
        raise RefusalError(400, "No such file or directory (os error 2)")
    if not _may_see(ask, task):
        raise RefusalError(400, "task access not allowed")
    return task


def _log(ask: Ask) -> object:
    """Lines of a log; the lines are counted from one, so that a start of one leaves nothing out."""
    lines = _task(ask).lines
    start, limit = ask.number("start", 0), ask.number("limit", 50)
    rows = [{"n": at, "t": text} for at, text in enumerate(lines, 1) if at >= start]
    return Listed(rows[:limit] if limit else rows, (("total", len(lines)), ("success", 1)))


def _status(ask: Ask) -> object:
    task = _task(ask)
    row: dict[str, object] = {"upid": task.upid, "node": task.node, "pid": task.pid, "pstart": task.pstart}
    row |= {"starttime": task.starttime, "type": task.type, "id": task.id, "user": user_of(task.user)}
    if "!" in task.user:
        row["tokenid"] = task.user.partition("!")[2]
    if task.endtime is None:
        return {**row, "status": "running"}
    return {**row, "status": "stopped", "exitstatus": task.status}


_FILTERS = (
    "errors",
    "limit",
    "running",
    "since",
    "start",
    "statusfilter",
    "store",
    "typefilter",
    "until",
    "userfilter",
)
ROUTES = (
    Route("/nodes/{node}/tasks", _tasks, _FILTERS),
    Route("/nodes/{node}/tasks/{upid}/log", _log, ("limit", "start")),
    Route("/nodes/{node}/tasks/{upid}/status", _status),
)
