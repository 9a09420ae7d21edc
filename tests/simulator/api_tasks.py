"""The simulated task lists, logs and states."""

import re

from simulator.asking import Ask, Listed, Route, bad_parameter
from simulator.records import Task

_UPID = re.compile(r"UPID:[a-zA-Z0-9-]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:[^:\s/]+:[^:\s/]*:[^:\s/]+:")
_RECENT = 25  # finished tasks of a node that it tells the cluster about


def _user(task: Task) -> dict[str, object]:
    user, _, token = task.user.partition("!")
    return {"user": user, "tokenid": token} if token else {"user": user}


def _fields(task: Task) -> dict[str, object]:
    row: dict[str, object] = {"upid": task.upid, "node": task.node, "pid": task.pid, "pstart": task.pstart}
    return row | {"starttime": task.starttime, "type": task.type, "id": task.id, **_user(task)}


def _class_of(status: str) -> str:
    if status == "OK":
        return "ok"
    if status.startswith("WARNINGS: "):
        return "warning"
    return "unknown" if status in {"", "unexpected status"} else "error"


def _listed(ask: Ask, task: Task, *, sees_all: bool) -> bool:
    """Whether a task passes the caller's filters (API2/Tasks.pm node_tasks)."""
    query = ask.query
    status = "RUNNING" if task.status is None else task.status
    wanted = [word for word in query.get("statusfilter", "").split(",") if word]
    return (
        (sees_all or task.user == ask.rights.tokenid)
        and query.get("userfilter", "").lower() in task.user.partition("!")[0].lower()
        and query.get("typefilter", task.type) == task.type
        and query.get("vmid", task.id) == task.id
        and ask.number("since", 0) <= task.starttime
        and ("until" not in query or task.starttime <= ask.number("until", 0))
        and not (ask.flag("errors") and status == "OK")
        and (not wanted or ask.flag("errors") or _class_of(status) in wanted)
    )


def _tasks(ask: Ask) -> object:
    """A node's tasks, newest first, those that run on top; `total` counts before paging."""
    source, node = ask.query.get("source", "archive"), ask.node.name
    if source not in {"archive", "active", "all"}:
        text = f"value '{source}' does not have a value in the enumeration 'archive, active, all'"
        raise bad_parameter("source", text)
    tasks: list[Task] = []
    if source != "archive":
        tasks += ask.facts.tasks(node, running=True)
    if source != "active":
        tasks += ask.facts.tasks(node, running=False)
    sees_all = ask.may(f"/nodes/{node}", "Sys.Audit")
    found = [task for task in tasks if _listed(ask, task, sees_all=sees_all)]
    start = ask.number("start", 0)
    rows = []
    for task in found[start : start + ask.number("limit", 50)]:
        if task.endtime is None:
            rows.append({**_fields(task), "status": "RUNNING"})
        else:
            rows.append({**_fields(task), "endtime": task.endtime, "status": task.status})
    return Listed(rows, len(found))


def _cluster_tasks(ask: Ask) -> object:
    """What each node tells the others: all that runs, and the newest ended; a token without Sys.Audit sees none."""
    if not ask.may("/", "Sys.Audit"):
        return []
    rows: list[dict[str, object]] = []
    for node in ask.world.nodes:
        if not node.online:
            continue
        running = ask.facts.tasks(node.name, running=True)
        ended = ask.facts.tasks(node.name, running=False)[: max(0, _RECENT - len(running))]
        for task in (*running, *ended):
            row: dict[str, object] = {"upid": task.upid, "node": task.node, "starttime": task.starttime}
            row |= {"type": task.type, "id": task.id, **_user(task)}
            if task.endtime is None:
                row |= {"pid": task.pid, "saved": "0"}
            else:
                row |= {"endtime": task.endtime, "status": task.status, "saved": "1"}
            rows.append(row)
    return rows


def _checked_upid(ask: Ask) -> str:
    upid = ask.part["upid"]
    if not _UPID.fullmatch(upid):
        raise bad_parameter("upid", f"unable to parse worker upid '{upid}'")
    return upid


def _log(ask: Ask) -> object:
    """Lines of a log; a file that is gone is one line with status 200 (pve-common Tools.pm dump_logfile)."""
    upid = _checked_upid(ask)
    _sees_task(ask)
    task = ask.facts.task(ask.node.name, upid)
    if task is None:
        return Listed([{"n": 1, "t": "unable to open file - No such file or directory"}], 1)
    lines = ask.facts.log(task)
    if not lines:
        return Listed([{"n": 1, "t": "no content"}], 1)
    start, limit = ask.number("start", 0), ask.number("limit", 50)
    end = len(lines) if limit == 0 else start + limit
    return Listed([{"n": at + 1, "t": text} for at, text in enumerate(lines[:end]) if at >= start], len(lines))


def _status(ask: Ask) -> object:
    """The state of a task; that there is no such log is told even to those who may not see it."""
    task = ask.facts.task(ask.node.name, _checked_upid(ask))
    if task is None:
        raise bad_parameter("upid", "no such task")
    _sees_task(ask)
    if task.endtime is None:
        return {**_fields(task), "status": "running"}
    return {**_fields(task), "status": "stopped", "exitstatus": task.status}


def _sees_task(ask: Ask) -> None:
    task = ask.facts.by_upid.get(ask.part["upid"])
    if task is None or task.user != ask.rights.tokenid:
        ask.need(f"/nodes/{ask.part['node']}", "Sys.Audit")


_FILTERS = ("errors", "limit", "since", "source", "start", "statusfilter", "typefilter", "until", "userfilter", "vmid")
ROUTES = (
    Route("/cluster/tasks", _cluster_tasks),
    Route("/nodes/{node}/tasks", _tasks, _FILTERS),
    Route("/nodes/{node}/tasks/{upid}/log", _log, ("limit", "start")),
    Route("/nodes/{node}/tasks/{upid}/status", _status),
)
