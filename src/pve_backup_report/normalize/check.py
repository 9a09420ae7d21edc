"""A tape to what ``--check-api`` tells: each endpoint's answer, and the right it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pve_backup_report.endpoints import pve as ep
from pve_backup_report.endpoints.endpoint import Endpoint, Per, Without
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.check import ApiCheck, Check, Held
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.check_pbs import check_pbs
from pve_backup_report.normalize.kept_log import read_page
from pve_backup_report.normalize.listing_plan import plan_listings
from pve_backup_report.normalize.node import node_states
from pve_backup_report.normalize.reading import number, rows
from pve_backup_report.normalize.rights import Rights, read_rights
from pve_backup_report.normalize.storage import read_storages


def check_api(tape: Tape) -> ApiCheck:
    """Return each endpoint's answer, whether the right it needs is held, and what the token can prove.

    Args:
        tape: the answers; of every kind of question at least one, where there is something to ask it for.
    """
    servers = tuple(check_pbs(server) for server in tape.pbs)
    if servers and not tape.answers:  # no cluster was asked
        return ApiCheck((), (), (), servers)
    rights = read_rights(tape.answers.get(ep.PERMISSIONS.ask()), tape.answers.get(ep.ACL.ask()))
    jobs = replace(ep.JOBS, path=tape.jobs_path)
    objects = _objects(tape)
    checks = tuple(
        _check(jobs if endpoint is ep.JOBS else endpoint, tape.answers, rights, objects)
        for endpoint in ep.ALL_ENDPOINTS
    )
    proofs = {
        "jobs": rows(tape.answers.get(jobs.ask())) is not None,
        "guests": rights.everywhere("/vms", *ep.RESOURCES.privileges),
        "pools": rights.everywhere("/pool", *ep.POOLS.privileges),
        "storages": rights.everywhere("/storage", *ep.STORAGES.privileges),
        "tasks": rights.everywhere("/nodes", *ep.TASKS.privileges),
        "backups": _all_backups(tape, rights),
    }
    return ApiCheck(
        checks,
        proves=tuple(name for name, proven in proofs.items() if proven),
        cannot=tuple(name for name, proven in proofs.items() if not proven),
        servers=servers,
        entrance=tape.entrance,
    )


def _check(
    endpoint: Endpoint, answers: Mapping[str, Answer], rights: Rights, objects: Mapping[Per, tuple[dict[str, str], ...]]
) -> Check:
    path, answer = _asked(endpoint, answers)
    values = objects.get(endpoint.per, ())
    held, lacking = _held(endpoint, rights, values)
    if endpoint is ep.CONTENT and held is Held.YES:
        held, lacking = _shown(rights, values)
    return Check(
        name=endpoint.name,
        path=path,
        status=answer.status if answer is not None else None,
        items=_count(answer),
        error=answer.error if answer is not None else None,
        asked=answer is not None,
        needs=_needs(endpoint),
        held=held,
        lacking=lacking,
        hides=endpoint.hides,
        by_hand=endpoint.by_hand,
    )


def _asked(endpoint: Endpoint, answers: Mapping[str, Answer]) -> tuple[str, Answer | None]:
    """Return the first question of this kind on the tape, and its answer."""
    if endpoint.per is Per.CLUSTER:
        return endpoint.ask(), answers.get(endpoint.ask())
    head, _, rest = endpoint.path.partition("{")
    tail = rest.rpartition("}")[2]
    for path in sorted(answers):
        bare, _, query = path.partition("?")
        alike = bare.startswith(head) and bare.endswith(tail) and bare.count("/") == endpoint.path.count("/")
        if alike and "vmid=" not in query:
            return path, answers[path]
    return endpoint.path, None


def _shown(rights: Rights, storages: Iterable[dict[str, str]]) -> tuple[Held, tuple[str, ...]]:
    """Tell on which storages the list of backups shows them all: the door of that list is not all it needs."""
    guests = rights.everywhere("/vms", "VM.Backup")
    paths = sorted(f"/storage/{values['storage']}" for values in storages)
    hidden = tuple(
        path
        for path in paths
        if not (rights.on(path, "Datastore.Allocate") or (guests and rights.on(path, "Datastore.AllocateSpace")))
    )
    if not hidden:
        return Held.YES, ()
    return (Held.PARTLY, hidden) if len(hidden) < len(paths) else (Held.NO, ())


def _needs(endpoint: Endpoint) -> str | None:
    if not endpoint.privileges:
        return None
    if endpoint is ep.CONTENT:
        return "Datastore.Allocate on /storage/{storage}, or Datastore.AllocateSpace there and VM.Backup on /vms"
    return f"{' or '.join(endpoint.privileges)} on {endpoint.on}"


def _held(endpoint: Endpoint, rights: Rights, objects: Iterable[dict[str, str]]) -> tuple[Held, tuple[str, ...]]:
    if not endpoint.privileges:
        return Held.NOT_NEEDED, ()
    if not rights.known:
        return Held.UNKNOWN, ()
    root = endpoint.on.partition("/{")[0] or "/"
    if endpoint.per is Per.CLUSTER and endpoint.without is not Without.SHORTENED:
        return (Held.YES if rights.on(endpoint.on, *endpoint.privileges) else Held.NO), ()
    paths = sorted({endpoint.on.format(**values) for values in objects}) if "{" in endpoint.on else []
    lacking = {path for path in paths if not rights.on(path, *endpoint.privileges)}
    if not paths or endpoint.without is Without.SHORTENED:
        lacking.update(rights.lacking_below(root, *endpoint.privileges))
    handed_down = rights.handed_down(root, *endpoint.privileges)
    if handed_down and not lacking:
        return Held.YES, ()
    some = handed_down or bool(set(paths) - lacking)
    return (Held.PARTLY, tuple(sorted(lacking))) if some else (Held.NO, ())


def _count(answer: Answer | None) -> int | None:
    if answer is None or not answer.ok:
        return None
    if isinstance(answer.data, Mapping):
        children, log = answer.data.get("children"), read_page(answer.data)
        return len(children) if isinstance(children, list) else None if log is None else len(log.lines)
    return len(answer.data) if isinstance(answer.data, list) else None


def _objects(tape: Tape) -> dict[Per, tuple[dict[str, str], ...]]:
    """Return the fields of the templates for every object of each kind."""
    nodes = node_states(tape.answers.get(ep.NODES.ask()), tape.answers.get(ep.RESOURCES.ask()))
    storages = read_storages(rows(tape.answers.get(ep.STORAGES.ask())) or (), ())
    resources = rows(tape.answers.get(ep.RESOURCES.ask())) or []
    vmids = [str(vmid) for row in resources if row.get("type") in ("qemu", "lxc") and (vmid := number(row.get("vmid")))]
    return {
        Per.NODE: tuple({"node": name} for name in nodes),
        Per.TASK: tuple({"node": name} for name in nodes),
        Per.GUEST: tuple({"vmid": vmid} for vmid in vmids),
        Per.STORAGE: tuple({"storage": storage.id} for storage in storages if storage.takes_backups),
    }


def _all_backups(tape: Tape, rights: Rights) -> bool:
    """Whether every backup on every storage that can be asked is shown, by the list or by the dry run."""
    resources = rows(tape.answers.get(ep.RESOURCES.ask())) or []
    storages = read_storages(rows(tape.answers.get(ep.STORAGES.ask())) or (), resources)
    states = node_states(tape.answers.get(ep.NODES.ask()), tape.answers.get(ep.RESOURCES.ask()))
    plans = plan_listings(storages, states, rights)
    seen = rights.everywhere("/storage", *ep.STORAGES.privileges)
    return seen and all((plan.whole or plan.preview) and plan.may_enter for plan in plans)
