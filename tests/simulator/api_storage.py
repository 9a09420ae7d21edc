"""The simulated storages: their lists, the backups on them (filtered volume by volume), and the defaults of vzdump."""

import hashlib

from simulator.archives import owner, prune_item
from simulator.asking import Ask, RefusalError, Route, bad_parameter
from simulator.effects import offline_text
from simulator.parts import Storage
from simulator.records import Archive

_SEE = ("Datastore.Audit", "Datastore.AllocateSpace")


def _visible(ask: Ask) -> list[Storage]:
    return [storage for storage in ask.world.storages if ask.may(f"/storage/{storage.id}", *_SEE)]


def _storages(ask: Ask) -> object:
    """The sections of storage.cfg the caller may see (pve-storage API2/Storage/Config.pm)."""
    digest = hashlib.sha1(repr(ask.world.storages).encode(), usedforsecurity=False).hexdigest()
    wanted = ask.query.get("type")
    rows = []
    for storage in _visible(ask):
        if wanted not in {None, storage.type}:
            continue
        row: dict[str, object] = {"storage": storage.id, "type": storage.type, "digest": digest, **dict(storage.extra)}
        row["content"] = ",".join(storage.content) or "none"
        if storage.nodes:
            row["nodes"] = ",".join(storage.nodes)
        if storage.disable:
            row["disable"] = 1
        if storage.is_shared:
            row["shared"] = 1
        if storage.prune is not None:
            row["prune-backups"] = storage.prune
        if storage.encryption is not None:
            row["encryption-key"] = storage.encryption
        rows.append(row)
    return rows


def _node_storages(ask: Ask) -> object:
    """Storages with their state on a node; asked for a content, those that cannot serve it vanish."""
    rows = []
    for storage in _visible(ask):
        enabled = not storage.disable and storage.allows(ask.node.name)
        content = ask.query.get("content")
        if content is not None and not (enabled and content in storage.content):
            continue
        if ask.query.get("storage", storage.id) != storage.id or (ask.flag("enabled") and not enabled):
            continue
        active = storage.works_on(ask.node.name)
        row: dict[str, object] = {"storage": storage.id, "type": storage.type, "enabled": int(enabled)}
        row |= {"active": int(active), "shared": int(storage.is_shared), "content": ",".join(storage.content) or "none"}
        row |= {"total": storage.total, "used": storage.used, "avail": storage.total - storage.used}
        if active:
            row["used_fraction"] = storage.used / storage.total
        else:
            row |= {"total": 0, "used": 0, "avail": 0}
        rows.append(row)
    return rows


def _storage(ask: Ask) -> Storage:
    """The storage of the path, activated, or the error that activating it gives (pve-storage Storage.pm)."""
    name, node = ask.part["storage"], ask.node.name
    storage = ask.facts.storages.get(name)
    if storage is None:
        raise RefusalError(500, f"storage '{name}' does not exist")
    if storage.disable:
        raise RefusalError(500, f"storage '{name}' is disabled")
    if not storage.allows(node):
        raise RefusalError(500, f"storage '{name}' is not available on node '{node}'")
    if not storage.works_on(node):
        raise RefusalError(500, offline_text(storage))
    return storage


def _may_see(ask: Ask, storage: Storage, archive: Archive) -> bool:
    """Storage.pm check_volume_access: this is what leaves an auditor with an empty list."""
    if ask.may(f"/storage/{storage.id}", "Datastore.Allocate"):
        return True
    vmid = owner(archive)
    return (
        vmid is not None
        and ask.may(f"/storage/{storage.id}", "Datastore.AllocateSpace")
        and ask.may(f"/vms/{vmid}", "VM.Backup")
    )


def _content(ask: Ask) -> object:
    storage = _storage(ask)
    if ask.query.get("content", "backup") != "backup" or "backup" not in storage.content:
        return []
    vmid = ask.query.get("vmid")
    return [
        item
        for archive, item in ask.facts.items(storage, ask.node.name)
        if (vmid is None or _is_of(vmid, item, archive)) and _may_see(ask, storage, archive)
    ]


def _is_of(vmid: str, item: dict[str, object], archive: Archive) -> bool:
    if archive.filename is None:
        return str(archive.vmid) == vmid
    return f"-{vmid}-" in str(item["volid"])


def _prune(ask: Ask) -> object:
    """The dry run: needs only an audit right, and is not filtered by guest (API2/Storage/PruneBackups.pm)."""
    storage = _storage(ask)
    if not storage.holds_backups:
        raise RefusalError(500, f"storage '{storage.id}' does not support backups")
    asked = ask.query.get("prune-backups")
    if asked is None and storage.prune is None:
        raise RefusalError(500, f"no prune-backups options configured for storage '{storage.id}'")
    if asked != "keep-all=1":
        raise bad_parameter("prune-backups", "the simulator prunes with keep-all=1 only")
    if storage.is_pbs and storage.pbs_prune != "list":
        if storage.pbs_prune == "fail":
            raise RefusalError(500, "error pruning backups - check log")
        return []
    items = [prune_item(archive, item) for archive, item in ask.facts.items(storage, ask.node.name)]
    wanted = {key: ask.query[key] for key in ("vmid", "type") if key in ask.query}
    return [item for item in items if all(str(item.get(key)) == text for key, text in wanted.items())]


def _defaults(ask: Ask) -> object:
    """What vzdump would do on that node (API2/VZDump.pm); some keys need Sys.Audit there."""
    node = ask.node
    name = ask.query.get("storage") or node.vzdump_storage or "local"
    ask.need(f"/storage/{name}", *_SEE)
    storage = ask.facts.storages.get(name)
    shown: dict[str, object] = {"all": 0, "bwlimit": 0, "compress": "0", "fleecing": {"enabled": 0}, "ionice": 7}
    shown |= {"lockwait": 180, "mailnotification": "always", "mode": "snapshot", "notification-mode": "auto"}
    shown |= {"performance": {"max-workers": 16, "pbs-entries-max": 1_048_576}, "pigz": 0, "quiet": 0, "remove": 1}
    shown |= {"stdexcludes": 1, "stop": 0, "stopwait": 10, "zstd": 1}
    shown["prune-backups"] = (None if storage is None else storage.prune) or node.vzdump_prune or "keep-all=1"
    if node.vzdump_dumpdir is not None and node.vzdump_storage is None:
        shown["dumpdir"] = node.vzdump_dumpdir
    else:
        shown["storage"] = name
        if storage is not None and not storage.is_pbs:
            shown["dumpdir"] = storage.dump_path()
    if not ask.may(f"/nodes/{node.name}", "Sys.Audit"):
        for key in ("mailto", "tmpdir", "dumpdir", "script", "ionice"):
            shown.pop(key, None)
    return shown


def _sees_storage(ask: Ask) -> None:
    ask.need(f"/storage/{ask.part['storage']}", *_SEE)


ROUTES = (
    Route("/storage", _storages, ("type",)),
    Route("/nodes/{node}/storage", _node_storages, ("content", "enabled", "storage")),
    Route("/nodes/{node}/storage/{storage}/content", _content, ("content", "vmid"), _sees_storage),
    Route("/nodes/{node}/storage/{storage}/prunebackups", _prune, ("prune-backups", "type", "vmid"), _sees_storage),
    Route("/nodes/{node}/vzdump/defaults", _defaults, ("storage",)),
)
