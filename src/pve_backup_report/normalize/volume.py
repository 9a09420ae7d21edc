"""Which disks and mount points of a configuration a backup takes."""

import re
from collections.abc import Iterable, Iterator, Mapping

from pve_backup_report.model.guest import Volume, VolumeWhy
from pve_backup_report.model.job import IncludedGuest
from pve_backup_report.normalize.reading import text

# qemu-server PVE/QemuServer/Drive.pm: the keys, in the order in which Proxmox looks at them.
_QEMU_KEYS = (
    *(f"ide{number}" for number in range(4)),
    *(f"scsi{number}" for number in range(31)),
    *(f"virtio{number}" for number in range(16)),
    *(f"sata{number}" for number in range(6)),
    "efidisk0",
    "tpmstate0",
)
_LXC_KEYS = ("rootfs", *(f"mp{number}" for number in range(256)))
VOLUME_KEY = re.compile(r"(?:ide|scsi|virtio|sata|efidisk|tpmstate|mp)\d{1,3}|rootfs")
"""The keys of a configuration that name a disk or a mount point."""
_SIZE = re.compile(r"(\d{1,15})(?:\.(\d{1,6}))?([KMGTP]?)")
_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4, "P": 1024**5}
_OFF = ("0", "no", "off", "false")
_ON = ("1", "yes", "on", "true")
_NEVER_MATTER = (VolumeWhy.BIND_MOUNT, VolumeWhy.DEVICE_MOUNT, VolumeWhy.EFIDISK_WITHOUT_OVMF)


def qemu_volumes(config: Mapping[str, object]) -> tuple[Volume, ...]:
    """Return a VM's volumes (qemu-server PVE/QemuConfig.pm ``get_backup_volumes``).

    A disk is in unless ``backup=0``; CD-ROMs, and so cloud-init drives, are not looked at; an EFI disk is in only with
    ``bios: ovmf``.

    Args:
        config: the current configuration, property strings as the API hands them out.
    """
    return tuple(_qemu(config, keys=_QEMU_KEYS))


def lxc_volumes(config: Mapping[str, object]) -> tuple[Volume, ...]:
    """Return a container's volumes (pve-container PVE/LXC/Config.pm ``mountpoint_backup_enabled``).

    The root file system is always in; a mount point only with ``backup=1``; bind and device mounts never.

    Args:
        config: the current configuration, property strings as the API hands them out.
    """
    return tuple(_lxc(config))


def volumes_as_pve_says(included: Iterable[IncludedGuest]) -> dict[int, tuple[Volume, ...]]:
    """Return the volumes by vmid that PVE's own expansion of the jobs lists: it works for guests of dead nodes.

    Bind and device mounts are told by their source (pve-container PVE/LXC/Config.pm ``classify_mountpoint``); an EFI
    disk that is left out is one without OVMF, since it has no option to leave it out.

    Args:
        included: the guests of all the jobs' expansions.
    """
    found: dict[int, tuple[Volume, ...]] = {}
    for guest in included:
        if guest.type in ("qemu", "lxc"):
            found.setdefault(guest.vmid, tuple(_as_pve_says(guest)))
    return found


def _as_pve_says(guest: IncludedGuest) -> Iterator[Volume]:
    for key, volume, included in guest.volumes:
        why = VolumeWhy.AS_PVE_SAYS
        if key == "efidisk0" and not included:
            why = VolumeWhy.EFIDISK_WITHOUT_OVMF
        elif guest.type == "lxc" and key != "rootfs" and volume.startswith("/"):
            why = _mount_kind(volume)
        yield Volume(key, volume, None, included, why, matters=why not in _NEVER_MATTER)


def _qemu(config: Mapping[str, object], keys: Iterable[str]) -> Iterator[Volume]:
    for key in filter(config.__contains__, keys):
        drive = _parse(config.get(key), "file")
        if drive is None or drive.get("media") == "cdrom":
            continue
        why = _option(drive.get("backup"), VolumeWhy.DEFAULT)
        if why is None:  # Proxmox cannot parse the drive and passes over it
            continue
        if key == "efidisk0" and text(config.get("bios")) != "ovmf":
            why = VolumeWhy.EFIDISK_WITHOUT_OVMF
        yield _volume(key, drive, why, included=why in (VolumeWhy.DEFAULT, VolumeWhy.BACKUP_ON))


def _lxc(config: Mapping[str, object]) -> Iterator[Volume]:
    for key in filter(config.__contains__, _LXC_KEYS):
        mount = _parse(config.get(key), "volume")
        if mount is None:
            continue
        if key == "rootfs":
            yield _volume(key, mount, VolumeWhy.ROOTFS, included=True)
        elif mount[""].startswith("/"):
            yield _volume(key, mount, _mount_kind(mount[""]), included=False)
        else:
            why = _option(mount.get("backup"), VolumeWhy.MOUNT_POINT_DEFAULT)
            if why is not None:
                yield _volume(key, mount, why, included=why is VolumeWhy.BACKUP_ON)


def _mount_kind(source: str) -> VolumeWhy:
    return VolumeWhy.DEVICE_MOUNT if source.startswith("/dev/") else VolumeWhy.BIND_MOUNT


def _option(value: str | None, default: VolumeWhy) -> VolumeWhy | None:
    if value is None:
        return default
    if value.lower() in _OFF:
        return VolumeWhy.BACKUP_OFF
    return VolumeWhy.BACKUP_ON if value.lower() in _ON else None


def _parse(value: object, default_key: str) -> dict[str, str] | None:
    """Return the options of a drive or mount point, its volume under ``""``; None when there is none."""
    as_text = text(value)
    if as_text is None:
        return None
    options: dict[str, str] = {}
    for part in as_text.split(","):
        key, equals, item = part.partition("=")
        # a first part without a key is the volume; a path may itself hold an equals sign
        if equals and (key.replace("_", "").replace("-", "").isalnum() and not key[0].isdigit()):
            options["" if key == default_key else key] = item
        elif "" not in options:
            options[""] = part
    return options if options.get("") else None


def _volume(key: str, options: dict[str, str], why: VolumeWhy, *, included: bool) -> Volume:
    return Volume(key, options[""], _size(options.get("size")), included, why, matters=why not in _NEVER_MATTER)


def _size(value: str | None) -> int | None:
    match = _SIZE.fullmatch(value or "")
    if not match:
        return None
    whole, fraction, unit = match.groups()
    return int(float(f"{whole}.{fraction or 0}") * _UNITS[unit]) if fraction else int(whole) * _UNITS[unit]
