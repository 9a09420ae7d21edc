"""Backups as Proxmox VE lists them: their names, their fields, and what a dry run of a prune says of them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from simulator.parts import Storage
from simulator.records import Archive

_BACKUP_NAME = re.compile(r"[^/]+\.(tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)")
_STANDARD = re.compile(r"vzdump-(lxc|openvz|qemu)-([1-9]\d{2,8})-(\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d)\.")
_TYPED = re.compile(r"vzdump-(lxc|openvz|qemu)-.+")
_OWNED = re.compile(r"vzdump-(?:openvz|lxc|qemu)-(\d+)-.+")
_STAMP = "%Y_%m_%d-%H_%M_%S"


def file_name(guest_type: str, vmid: int, ctime: int, maker: ZoneInfo, ending: str) -> str:
    """The standard name of an archive: the start in the local time of the node that makes it."""
    return f"vzdump-{guest_type}-{vmid}-{datetime.fromtimestamp(ctime, maker).strftime(_STAMP)}.{ending}"


def snapshot_path(guest_type: str, vmid: int, ctime: int) -> str:
    """The name of a PBS snapshot; its time is UTC."""
    kind = "vm" if guest_type == "qemu" else "ct"
    return f"{kind}/{vmid}/{datetime.fromtimestamp(ctime, UTC):%Y-%m-%dT%H:%M:%SZ}"


def volid(archive: Archive, storage: Storage) -> str:
    """The volume id under one of the storages that show the archive."""
    if archive.filename is not None:
        return f"{storage.id}:backup/{archive.filename}"
    return f"{storage.id}:backup/{snapshot_path(archive.type, archive.vmid or 0, archive.ctime)}"


def owner(archive: Archive) -> int | None:
    """The vmid whose VM.Backup is asked for (pve-storage Storage.pm check_volume_access)."""
    if archive.filename is None:
        return archive.vmid
    name = _OWNED.match(archive.filename)
    return int(name[1]) if name else None


def _listed_ctime(filename: str, lister: ZoneInfo) -> int | None:
    """The time in a standard name, taken as local time of the node that lists it."""
    name = _STANDARD.match(filename)
    if not name:
        return None
    return int(datetime.strptime(name[3], _STAMP).replace(tzinfo=lister).timestamp())


def content_item(archive: Archive, storage: Storage, lister: ZoneInfo) -> dict[str, object] | None:
    """One entry of …/content; None for a file that is no backup by its name (Plugin.pm, PBSPlugin.pm list_volumes)."""
    item: dict[str, object] = {"volid": volid(archive, storage), "content": "backup"}
    if archive.filename is None:
        item |= {"format": "pbs-vm" if archive.type == "qemu" else "pbs-ct", "subtype": archive.type}
        item |= {"vmid": archive.vmid, "ctime": archive.ctime, "size": archive.size if archive.finished else 1}
        if archive.encrypted is not None:
            item["encrypted"] = archive.encrypted
        if archive.verification is not None:
            upid = f"UPID:pbs:00000A1B:0001C2D3:00000004:{archive.ctime + 3600:08X}:verify:main:root@pam:"
            item["verification"] = {"state": archive.verification, "upid": upid}
    else:
        name = _BACKUP_NAME.fullmatch(archive.filename)
        if name is None:
            return None
        listed = _listed_ctime(archive.filename, lister)
        typed = _TYPED.match(archive.filename)
        item |= {"format": name[1], "subtype": typed[1] if typed else "unknown", "size": archive.size}
        item["ctime"] = archive.ctime if listed is None else listed
        numbered = re.search(rf"-([1-9]\d{{2,8}})-[^/]+\.{re.escape(name[1])}$", archive.filename)
        if numbered:
            item["vmid"] = int(numbered[1])
    if archive.notes is not None:
        item["notes"] = archive.notes.split("\n", 1)[0]
    if archive.protected:
        item["protected"] = 1
    return item


def prune_item(archive: Archive, listed: dict[str, object]) -> dict[str, object]:
    """A listed backup in the prune dry run with keep-all=1 (Plugin.pm, PBSPlugin.pm prune_backups)."""
    item: dict[str, object] = {"volid": listed["volid"], "ctime": listed["ctime"], "type": listed["subtype"]}
    if "vmid" in listed:
        item["vmid"] = listed["vmid"]
    standard = archive.filename is None or _STANDARD.match(archive.filename)
    item["mark"] = "protected" if archive.protected else "keep" if standard else "renamed"
    return item
