"""The simulated datastores: their lists, their room, their garbage collections."""

from simulator_pbs.asking import Ask, Group, RefusalError, Route
from simulator_pbs.parts import Datastore
from simulator_pbs.rights import SEES_NAMESPACE, acl_path, owns

_FULL = ("Datastore.Audit", "Datastore.Backup")
_HAS_REMOVABLE = (3, 3)
_HAS_BACKENDS = (4, 1)
_HISTORY = 8


def _kind(ask: Ask, store: Datastore) -> dict[str, object]:
    """What newer versions tell of every datastore."""
    row: dict[str, object] = {}
    if ask.world.numbers >= _HAS_REMOVABLE:
        row["mount-status"] = store.mount_status or "nonremovable"
    if ask.world.numbers >= _HAS_BACKENDS:
        row["backend-type"] = "filesystem"
    return row


def _list(ask: Ask) -> object:
    """The datastores in which something may be seen; of one that is seen by a namespace only, just the name."""
    rows = []
    for store in ask.world.datastores:
        path = acl_path(store.name)
        full = ask.rights.may(path, *_FULL)
        if not full and not ask.rights.may_below(path, *SEES_NAMESPACE):
            continue
        row: dict[str, object] = {"store": store.name, **_kind(ask, store)}
        if full and store.comment is not None:
            row["comment"] = store.comment
        if full and store.maintenance is not None:
            row["maintenance"] = store.maintenance
        rows.append(row)
    return rows


def _gc_figures(store: Datastore) -> dict[str, object]:
    gc = store.gc
    row: dict[str, object] = {"disk-bytes": gc.disk_bytes, "disk-chunks": gc.disk_bytes >> 21}
    row |= {"index-data-bytes": gc.index_data_bytes, "index-file-count": gc.index_file_count}
    row |= {"pending-bytes": gc.pending_bytes, "pending-chunks": gc.pending_bytes >> 21}
    row |= {"removed-bytes": gc.removed_bytes, "removed-chunks": gc.removed_bytes >> 21}
    row |= {"removed-bad": gc.removed_bad, "still-bad": gc.still_bad}
    return row if gc.last is None else {**row, "upid": gc.last.upid}


def _usage(ask: Ask) -> object:
    """Room and forecast; a datastore that cannot be read is there with an error, as far as it is seen whole."""
    rows = []
    for store in ask.world.datastores:
        path = acl_path(store.name)
        row: dict[str, object] = {"store": store.name, **_kind(ask, store)}
        if ask.rights.may(path, *_FULL):
            row |= {"error": store.trouble} if store.trouble is not None else _room(ask, store)
        elif store.trouble is not None or not ask.rights.may_below(path, *SEES_NAMESPACE):
            continue
        rows.append(row)
    return rows


def _room(ask: Ask, store: Datastore) -> dict[str, object]:
    row: dict[str, object] = {"total": store.total, "used": store.used, "avail": store.total - store.used}
    row["gc-status"] = _gc_figures(store)
    if store.estimated_full_date is not None:
        full = store.used / store.total
        row |= {"history": [full * (0.9 + at / 80) for at in range(_HISTORY)], "history-delta": 1800}
        row |= {"history-start": ask.world.now - 1800 * _HISTORY, "estimated-full-date": store.estimated_full_date}
    return row


def _status(ask: Ask) -> object:
    """Room, and counts on request; who may see no more than a namespace gets zeros for the room."""
    path = ask.place()
    full = ask.rights.may(path, *_FULL)
    if not full and not ask.rights.may_below(path, *SEES_NAMESPACE):
        raise RefusalError(403, "permission check failed")
    store = ask.store()
    total, used = (store.total, store.used) if full else (0, 0)
    row: dict[str, object] = {"total": total, "used": used, "avail": total - used}
    if ask.world.numbers >= _HAS_BACKENDS:
        row["backend-type"] = "filesystem"
    if ask.flag("verbose"):
        row["counts"] = _counts(ask, store)
        if full:
            row["gc-status"] = _gc_figures(store)
    return row


def _counted(ask: Ask, group: Group) -> bool:
    """Whether a group counts: all do for an auditor of the datastore, even those that no list shows it."""
    path = acl_path(group.store, group.namespace)
    if ask.rights.may(ask.place(), "Datastore.Audit") or ask.rights.may(path, "Datastore.Audit", "Datastore.Read"):
        return True
    own = group.owner is not None and owns(ask.rights.authid, group.owner)
    return own and ask.rights.may(path, *SEES_NAMESPACE)


def _counts(ask: Ask, store: Datastore) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for namespace in ("", *store.namespaces):
        for group in ask.facts.groups(store.name, namespace):
            if _counted(ask, group):
                count = counts.setdefault(group.type, {"groups": 0, "snapshots": 0})
                count["groups"] += 1
                count["snapshots"] += len(group.snapshots)
    return counts


def _gc_row(ask: Ask, store: Datastore) -> dict[str, object]:
    """A garbage collection: its figures, its last run, its next."""
    gc, last = store.gc, store.gc.last
    row: dict[str, object] = {"store": store.name, **_gc_figures(store)}
    if gc.schedule is not None:
        row["schedule"] = gc.schedule
    if last is not None and last.endtime is not None:
        row |= {"last-run-state": last.status, "last-run-endtime": last.endtime}
        row["duration"] = last.endtime - last.starttime
    following = ask.facts.next_run(gc.schedule, ask.world.now if last is None else last.starttime)
    return row if following is None else {**row, "next-run": following}


def _gc(ask: Ask) -> object:
    ask.need(ask.place(), "Datastore.Audit")
    return _gc_row(ask, ask.store())


def _all_gc(ask: Ask) -> object:
    """The garbage collections of all datastores that may be audited and read; the others are dropped."""
    seen = [store for store in ask.world.datastores if ask.rights.may(acl_path(store.name), "Datastore.Audit")]
    wanted = ask.query.get("store")
    return [_gc_row(ask, store) for store in seen if store.trouble is None and wanted in {None, store.name}]


def _config(ask: Ask) -> object:
    """The sections of datastore.cfg the caller may audit."""
    rows = []
    for store in ask.world.datastores:
        if not ask.rights.may(acl_path(store.name), "Datastore.Audit"):
            continue
        row: dict[str, object] = {"name": store.name, "path": f"/mnt/datastore/{store.name}", **dict(store.keep)}
        optional: dict[str, object] = {"comment": store.comment, "gc-schedule": store.gc.schedule}
        optional |= {"maintenance-mode": store.maintenance, "prune-schedule": store.prune_schedule}
        optional |= {"verify-new": store.verify_new}
        rows.append(row | {key: value for key, value in optional.items() if value is not None})
    return rows


ROUTES = (
    Route("/admin/datastore", _list),
    Route("/status/datastore-usage", _usage),
    Route("/admin/datastore/{store}/status", _status, ("verbose",)),
    Route("/admin/datastore/{store}/gc", _gc),
    Route("/admin/gc", _all_gc, ("store",)),
    Route("/config/datastore", _config),
)
