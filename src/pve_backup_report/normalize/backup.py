"""Backups as the storages list them (pve-storage PVE/Storage/Plugin.pm and PBSPlugin.pm ``list_volumes``)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pve_backup_report.model.backup import Backup
from pve_backup_report.normalize.local_time import epoch_of
from pve_backup_report.normalize.reading import Row, flag, moment, number, text

_FILE_NAME = re.compile(r"vzdump-(qemu|lxc|openvz)-(\d{3,9})-(\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d)\.")
_SNAPSHOT = re.compile(r":backup/(vm|ct)/(\d{1,9})/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z$")
# Whoever renames a file may put what he likes before its name: then it is not that of Proxmox any more.
_NAMED = re.compile(
    r":backup/(?:(?:vm|ct)/([0-9]{1,9})/(?:([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$)?"
    r"|(?:.*/)?vzdump-(?:qemu|lxc|openvz)-([0-9]{3,9})-[0-9]{4}_)"
)
# Their plugins read the time out of the name; another plugin's names are its own (Storage/Plugin.pm).
_FILE_TYPES = frozenset({"dir", "nfs", "cifs", "cephfs", "btrfs", "glusterfs"})
_PBS_UPID = re.compile(r"UPID:[^:]*:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,16}:[0-9A-Fa-f]+:([0-9A-Fa-f]{8}):")
_TYPES = {"vm": "qemu", "ct": "lxc"}
_GUEST_TYPES = frozenset({"qemu", "lxc", "openvz"})


def read_backup(row: Row, storage: str, node: str | None, plugin: str) -> Backup | None:
    """Return one backup; None when the row has no volume id or no time.

    Args:
        row: one row of ``content?content=backup`` or of the ``prunebackups`` dry run, which tells less.
        storage: the storage asked.
        node: the node it lies on; None for a shared storage.
        plugin: the storage's type, such as ``dir`` or ``pbs``.
    """
    volid = text(row.get("volid"))
    if volid is None:
        return None
    pbs = plugin == "pbs"
    named = (_SNAPSHOT if pbs else _FILE_NAME).search(volid)
    at = moment(row.get("ctime"))
    if at is None and pbs and named:
        at = epoch_of(named[3], UTC)  # what a storage lists as ctime is the time in the name
    if at is None:
        return None
    size = number(row.get("size"))
    vmid = number(row.get("vmid"))
    if vmid is None and named:
        vmid = number(named[2])
    kind = text(row.get("subtype")) or text(row.get("type"))
    if kind not in _GUEST_TYPES and named:
        kind = _TYPES.get(named[1], named[1])
    told = row.get("verification")
    verification = told if isinstance(told, dict) else {}
    preview = row.get("mark") is not None
    # PBS gives no size, and PVE then says 1, for a snapshot without a manifest: running, aborted or damaged
    finished = not pbs or (size is not None and size > 1)
    encrypted = flag(row.get("encrypted")) if pbs else None
    protected = row.get("mark") == "protected" if preview else flag(row.get("protected"))
    renamed = plugin in _FILE_TYPES and named is None
    verified_at = verified_since(verification.get("upid")) if verification else None
    # by place: by name it takes four times as long, and a large cluster has 300,000
    return Backup(
        storage, node, volid, vmid, kind or "unknown", at, size, finished, text(verification.get("state")), encrypted,
        protected, text(row.get("notes")), renamed, verified_at,
    )  # fmt: skip


def has_no_time(row: Row) -> bool:
    """Tell whether a row is of a file that somebody renamed, of which Proxmox tells neither time nor guest.

    pve-storage PVE/Storage/Plugin.pm ``get_subdir_files``. It is no backup of anybody that could be missed.

    Args:
        row: one row of a listing.
    """
    volid = row.get("volid")
    untold = row.get("ctime") is None and row.get("vmid") is None
    return untold and isinstance(volid, str) and not _FILE_NAME.search(volid) and not _SNAPSHOT.search(volid)


def named_in(volid: str) -> tuple[int | None, str | None]:
    """Return the guest that a volume id names, and the time of a snapshot, in UTC; None for what it does not name.

    A file's name holds the local time of a node.

    Args:
        volid: of a backup on any storage.
    """
    named = _NAMED.search(volid)
    if named is None:
        return None, None
    of_snapshot, time, of_file = named.groups()
    return int(of_snapshot or of_file), time


def verified_since(upid: object) -> int | None:
    """Return when the task that verified a backup began; None when its UPID does not tell.

    proxmox-schema src/upid.rs: ``UPID:node:pid:pstart:task id:start:type:id:user:``.
    """
    told = _PBS_UPID.match(text(upid) or "")
    return int(told[1], 16) if told else None


def in_zone_of_writer(backup: Backup, listed_in: ZoneInfo, written_in: ZoneInfo) -> int:
    """Return the start of a file backup whose name was written in another zone than the listing node's.

    Its name holds the local time of the node that wrote it; the node that lists it reads that in its own zone
    (pve-storage PVE/Storage.pm ``archive_info``).

    Args:
        backup: a backup on a shared file storage.
        listed_in: zone of the node that listed it.
        written_in: zone of the node that wrote it.
    """
    named = _FILE_NAME.search(backup.volid)
    if listed_in.key == written_in.key or not named:
        return backup.at
    date, _, time = named[3].partition("-")
    at = epoch_of(f"{date.replace('_', '-')} {time.replace('_', ':')}", written_in)
    return backup.at if at is None else at


def both_passes(backup: Backup, zone: ZoneInfo) -> tuple[int, ...]:
    """Return when a file may have been made whose name holds a local time: two moments in the repeated hour of autumn.

    Args:
        backup: any listed backup; the time of a snapshot is exact.
        zone: zone in which the name is read.
    """
    if not _FILE_NAME.search(backup.volid):
        return (backup.at,)
    local = datetime.fromtimestamp(backup.at, UTC).astimezone(zone)
    other = int(local.replace(fold=1 - local.fold).timestamp())
    return (backup.at,) if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset() else (backup.at, other)


def merge_listings(listed: Iterable[Backup], previewed: Iterable[Backup]) -> tuple[Backup, ...]:
    """Return the backups of both listings of one place, each once; the fuller entry wins.

    Args:
        listed: from ``content``, which the token's rights may have shortened.
        previewed: from the dry run, whole but poor.
    """
    found = {backup.volid: backup for backup in previewed}
    found.update({backup.volid: backup for backup in listed})
    return tuple(found.values())
