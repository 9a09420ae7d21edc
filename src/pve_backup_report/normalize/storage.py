"""Storages: ``/storage`` and the storage rows of ``/cluster/resources``."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pve_backup_report.model.storage import PbsTarget, Storage, StorageState
from pve_backup_report.normalize.reading import Row, flag, number, properties, text, words

# pve-storage PVE/Storage/*Plugin.pm: what a section without ``content`` holds, and what is shared by its type.
_DEFAULT_CONTENT: Mapping[str, tuple[str, ...]] = {
    "dir": ("images", "rootdir"),
    "btrfs": ("images", "rootdir"),
    "nfs": ("images",),
    "cifs": ("images",),
    "cephfs": ("backup",),
    "pbs": ("backup",),
}
_SHARED_TYPES = frozenset(
    {"iscsi", "nfs", "cifs", "glusterfs", "rbd", "cephfs", "iscsidirect", "zfs", "drbd", "pbs", "esxi"}
)
_PLACE_KEYS = ("server", "port", "datastore", "namespace", "export", "share", "subdir", "path")
_PBS_PORT = 8007
_MOUNTED_TYPES = frozenset({"nfs", "cifs", "cephfs", "glusterfs"})  # their path is only where the storage is mounted
_RETENTION_KEYS = ("keep-all", "keep-last", "keep-hourly", "keep-daily", "keep-weekly", "keep-monthly", "keep-yearly")


def read_storages(sections: Iterable[Row], resources: Iterable[Row]) -> tuple[Storage, ...]:
    """Return the storages, sorted by id.

    Args:
        sections: rows of ``/storage``.
        resources: rows of ``/cluster/resources``.
    """
    states: dict[str, list[StorageState]] = defaultdict(list)
    for row in resources:
        storage, node = text(row.get("storage")), text(row.get("node"))
        if row.get("type") == "storage" and storage and node:
            states[storage].append(_state(node, row))
    found = {}
    for section in sections:
        name = text(section.get("storage"))
        if name is not None:
            found[name] = _storage(name, section, states.get(name, []))
    return tuple(found[name] for name in sorted(found))


def read_retention(value: object, maxfiles: object = None) -> tuple[tuple[str, int], ...] | None:
    """Return ``prune-backups`` as (name, number) pairs in Proxmox's order; None when nothing is set.

    Args:
        value: a property string, or the object that jobs carry.
        maxfiles: the older option, which PVE 8 and before convert to ``keep-last`` (0 to ``keep-all``).
    """
    options = properties(value)
    pairs = tuple((key, count) for key in _RETENTION_KEYS if (count := number(options.get(key))))
    if pairs:
        return pairs
    limit = number(maxfiles)
    if limit is not None:
        return (("keep-last", limit),) if limit else (("keep-all", 1),)
    return (("keep-all", 1),) if options else None


def _state(node: str, row: Row) -> StorageState:
    status = text(row.get("status"))
    available = {"available": True, "unknown": None}.get(status or "unknown", False)
    return StorageState(node, available, used=number(row.get("disk")), total=number(row.get("maxdisk")))


def _storage(name: str, section: Row, states: list[StorageState]) -> Storage:
    kind = text(section.get("type")) or "unknown"
    content = words(section.get("content")) if "content" in section else _DEFAULT_CONTENT.get(kind, ())
    nodes = words(section.get("nodes"))
    return Storage(
        id=name,
        type=kind,
        content=tuple(sorted(set(content) - {"none"})),
        enabled=not flag(section.get("disable")),
        nodes=tuple(sorted(nodes)) or None,
        shared=kind in _SHARED_TYPES or flag(section.get("shared")),
        retention=read_retention(section.get("prune-backups"), section.get("maxfiles")),
        place=(kind, *_place(kind, section)),
        states=tuple(sorted(states, key=lambda state: state.node)),
        encrypts=text(section.get("encryption-key")) is not None,
        target=_target(section) if kind == "pbs" else None,
    )


def _target(section: Row) -> PbsTarget | None:
    """Return the backup server of a section (pve-storage PVE/Storage/PBSPlugin.pm)."""
    server, datastore = text(section.get("server")), text(section.get("datastore"))
    if server is None or datastore is None:
        return None
    fingerprint = text(section.get("fingerprint"))
    return PbsTarget(
        server=server.strip("[]"),
        port=number(section.get("port")) or _PBS_PORT,
        datastore=datastore,
        namespace=text(section.get("namespace")) or "",
        fingerprint=None if fingerprint is None else fingerprint.replace(":", "").lower(),
        username=text(section.get("username")) or "root@pam",
    )


def _place(kind: str, section: Row) -> tuple[str, ...]:
    keys = (key for key in _PLACE_KEYS if key != "path" or kind not in _MOUNTED_TYPES)
    return tuple(f"{key}={value}" for key in keys if (value := text(section.get(key))) is not None)
