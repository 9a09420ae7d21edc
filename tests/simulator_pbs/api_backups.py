"""The simulated namespaces, groups and snapshots, each filtered by what the caller may see."""

from simulator_pbs.asking import Ask, Group, RefusalError, Route, bad_parameter
from simulator_pbs.records import Snapshot
from simulator_pbs.rights import SEES_NAMESPACE, acl_path

_TYPES = ("vm", "ct", "host")
_DEEPEST = 7


def _namespaces(ask: Ask) -> object:
    """The namespaces from `parent` down, itself included; 403 only when none at all may be seen."""
    parent, depth = ask.namespace("parent"), ask.number("max-depth", _DEEPEST)
    if depth > _DEEPEST:
        raise bad_parameter("max-depth", "value must have a maximum value of 7")
    allowed = ask.rights.may(ask.place(parent), *SEES_NAMESPACE)
    store = ask.store()
    if not store.holds(parent):
        raise _missing(parent) if allowed else RefusalError(403, "permission check failed")
    rows = []
    for namespace in sorted(("", *store.namespaces), key=lambda path: path.split("/")):
        under = not parent or namespace == parent or namespace.startswith(f"{parent}/")
        if not under or _level(namespace) - _level(parent) > depth:
            continue
        if ask.rights.may(acl_path(store.name, namespace), *SEES_NAMESPACE):
            rows.append({"ns": namespace})
    if not rows and not allowed:
        raise RefusalError(403, "permission check failed")
    return rows


def _level(namespace: str) -> int:
    return len(namespace.split("/")) if namespace else 0


def _missing(namespace: str) -> RefusalError:
    return RefusalError(400, f"unable to open namespace '{namespace}' - ENOENT: No such file or directory")


def _visible(ask: Ask) -> list[Group]:
    """The groups of one namespace that the caller may see: all with Audit, its own with Backup, else 403."""
    namespace = ask.namespace()
    ask.need(ask.place(namespace), "Datastore.Audit", "Datastore.Backup")
    store = ask.store()
    if not store.holds(namespace):
        raise _missing(namespace)
    return [group for group in ask.facts.groups(store.name, namespace) if group.seen_by(ask.rights)]


def _last(group: Group) -> Snapshot:
    """The last backup as PBS finds it: which of several it is depends on the order, and it may be unfinished."""
    last = group.snapshots[0]
    for snapshot in group.snapshots:
        if not (last.finished and last.time > snapshot.time):
            last = snapshot
    return last


def _groups(ask: Ask) -> object:
    rows = []
    for group in _visible(ask):
        last = _last(group)
        row: dict[str, object] = {"backup-type": group.type, "backup-id": group.id, "last-backup": last.time}
        row |= {"backup-count": len(group.snapshots), "files": last.file_names(), "owner": group.owner}
        rows.append(row)
    return rows


def _item(snapshot: Snapshot) -> dict[str, object]:
    """One snapshot; all that the manifest tells is missing when it cannot be read."""
    item: dict[str, object] = {"backup-type": snapshot.type, "backup-id": snapshot.id, "backup-time": snapshot.time}
    item |= {"files": snapshot.files(), "protected": snapshot.protected, "owner": snapshot.owner}
    if not snapshot.readable:
        return item
    item["size"] = snapshot.size
    if snapshot.comment:
        item["comment"] = snapshot.comment.split("\n", 1)[0]
    if snapshot.fingerprint is not None:
        item["fingerprint"] = snapshot.fingerprint
    if snapshot.verified_by is not None:
        item["verification"] = {"state": snapshot.verification, "upid": snapshot.verified_by}
    return item


def _snapshots(ask: Ask) -> object:
    """The snapshots of one namespace, not of those below it."""
    kind, name = ask.query.get("backup-type"), ask.query.get("backup-id")
    if kind is not None and kind not in _TYPES:
        raise bad_parameter("backup-type", f"value '{kind}' is not defined in the enumeration.")
    groups = [group for group in _visible(ask) if kind in {None, group.type} and name in {None, group.id}]
    return [_item(snapshot) for group in groups for snapshot in group.snapshots]


ROUTES = (
    Route("/admin/datastore/{store}/namespace", _namespaces, ("max-depth", "parent")),
    Route("/admin/datastore/{store}/groups", _groups, ("ns",)),
    Route("/admin/datastore/{store}/snapshots", _snapshots, ("backup-id", "backup-type", "ns")),
)
