"""A guest's configuration as the API shows it, and which of its volumes a backup takes."""

import hashlib
import re
from dataclasses import dataclass

from simulator.parts import Guest

_DRIVES = (
    *(f"ide{number}" for number in range(4)),
    *(f"scsi{number}" for number in range(31)),
    *(f"virtio{number}" for number in range(16)),
    *(f"sata{number}" for number in range(6)),
    "efidisk0",
    "tpmstate0",
)
_DRIVE_OPTIONS = frozenset(
    [
        "aio",
        "backup",
        "bps",
        "bps_rd",
        "bps_wr",
        "cache",
        "cyls",
        "detect_zeroes",
        "discard",
        "efitype",
        "format",
        "heads",
        "iops",
        "iops_max",
        "iops_rd",
        "iops_wr",
        "iothread",
        "mbps",
        "mbps_max",
        "mbps_rd",
        "mbps_wr",
        "media",
        "ms-cert",
        "pre-enrolled-keys",
        "product",
        "queues",
        "replicate",
        "rerror",
        "ro",
        "scsiblock",
        "secs",
        "serial",
        "shared",
        "size",
        "snapshot",
        "ssd",
        "trans",
        "vendor",
        "version",
        "werror",
        "wwn",
    ]
)
_TRUE, _FALSE = frozenset({"1", "on", "yes", "true"}), frozenset({"0", "off", "no", "false"})
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@dataclass(frozen=True, slots=True)
class Volume:
    """A disk or mount point that a backup looks at. `size` is in bytes.

    `counts` is False where leaving it out loses nothing that vzdump could ever save: bind and device mounts, and an
    EFI disk without OVMF.
    """

    key: str
    volume: str
    size: int | None
    included: bool
    reason: str
    counts: bool
    path: str = ""


def _options(text: str, first: str) -> dict[str, str] | None:
    """A property string as a mapping; the part without a key is named `first`. None: not parseable."""
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = first, part
        if key in found or not value:
            return None
        found[key] = value
    return found if first in found else None


def size_of(text: str | None) -> int | None:
    """Bytes of a size such as 32G; None where there is none."""
    shape = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)", text or "")
    return int(float(shape[1]) * _UNITS[shape[2]]) if shape else None


def _qemu_volumes(config: dict[str, str | int]) -> list[Volume]:
    """Volumes of a VM (qemu-server QemuConfig.pm get_backup_volumes)."""
    volumes = []
    for key in _DRIVES:
        if key not in config:
            continue
        drive = _options(str(config[key]), "file")
        if drive is None or set(drive) - _DRIVE_OPTIONS - {"file"} or drive.get("media", "disk") == "cdrom":
            continue
        flag = drive.get("backup")
        if flag is not None and flag not in _TRUE | _FALSE:
            continue
        included, reason, counts = flag not in _FALSE, "backup=no" if flag is not None else "backup=yes", True
        if key == "efidisk0" and config.get("bios") != "ovmf":
            included, reason, counts = False, "efidisk but no OVMF BIOS", False
        volumes.append(Volume(key, drive["file"], size_of(drive.get("size")), included, reason, counts))
    return volumes


def _lxc_volumes(config: dict[str, str | int]) -> list[Volume]:
    """Volumes of a container (pve-container LXC/Config.pm get_backup_volumes)."""
    volumes = []
    numbers = sorted(int(key[2:]) for key in config if re.fullmatch(r"mp\d+", key))
    for key in ("rootfs", *(f"mp{number}" for number in numbers)):
        mount = _options(str(config.get(key, "")), "volume")
        if mount is None:
            continue
        source, path = mount["volume"], mount.get("mp", "/")
        size = size_of(mount.get("size"))
        if key == "rootfs":
            volumes.append(Volume(key, source, size, included=True, reason="rootfs", counts=True, path="/"))
        elif source.startswith("/"):
            volumes.append(Volume(key, source, size, included=False, reason="not a volume", counts=False, path=path))
        else:
            included = mount.get("backup") in _TRUE
            reason = "enabled" if included else "disabled"
            volumes.append(Volume(key, source, size, included, reason, counts=True, path=path))
    return volumes


def volumes(guest: Guest) -> tuple[Volume, ...]:
    """What a backup sees of a guest, by its current configuration."""
    config = dict(guest.config)
    return tuple(_qemu_volumes(config) if guest.type == "qemu" else _lxc_volumes(config))


def shown_name(guest: Guest) -> str:
    """The name in lists; an unnamed guest gets one there (qemu-server and pve-container, vmstatus)."""
    if guest.name is not None:
        return guest.name
    return f"VM {guest.vmid}" if guest.type == "qemu" else f"CT{guest.vmid}"


def api_config(guest: Guest, *, current: bool) -> dict[str, object]:
    """The answer of …/config: the current configuration, or (default) the one with pending changes applied."""
    shown: dict[str, object] = {"digest": hashlib.sha1(repr(guest.config).encode(), usedforsecurity=False).hexdigest()}
    shown.update(guest.config)
    if guest.name is not None:
        shown["name" if guest.type == "qemu" else "hostname"] = guest.name
    texts = (("tags", guest.tags), ("description", guest.notes), ("lock", guest.lock))
    shown |= {key: text for key, text in texts if text is not None}
    if guest.template:
        shown["template"] = 1
    if guest.shows_ctime and guest.type == "qemu":
        shown["meta"] = f"creation-qemu=9.2.0,ctime={guest.created}"
    if guest.snapshots:
        shown["parent"] = guest.snapshots[-1].name
    for key, change in () if current else guest.pending:
        shown.pop(key, None)
        if change is not None:
            shown[key] = change
    return shown
