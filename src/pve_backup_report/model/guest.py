"""A guest: one VM or container, with the volumes a backup looks at."""

from dataclasses import dataclass
from enum import StrEnum


class GuestType(StrEnum):
    """Proxmox's two kinds of guest."""

    QEMU = "qemu"
    LXC = "lxc"


class VolumeWhy(StrEnum):
    """Why a volume is, or is not, part of a backup."""

    DEFAULT = "default"  # a VM's disk without the option
    BACKUP_ON = "backup=1"
    BACKUP_OFF = "backup=0"
    ROOTFS = "rootfs"
    MOUNT_POINT_DEFAULT = "mount-point-default"  # a container's mount point without the option: left out
    BIND_MOUNT = "bind-mount"
    DEVICE_MOUNT = "device-mount"
    EFIDISK_WITHOUT_OVMF = "efidisk-without-ovmf"
    AS_PVE_SAYS = "as-pve-says"  # read from PVE's own included_volumes, which gives no usable reason


@dataclass(frozen=True, slots=True)
class Volume:
    """A disk or mount point of the current configuration.

    Attributes:
        key: configuration key, such as ``scsi0`` or ``mp1``.
        volume: volume id or path.
        size: bytes; None when the configuration does not say.
        included: whether Proxmox's backup takes it.
        why: the reason.
        matters: a left-out volume that makes a backup partial (no bind or device mount, no EFI disk without OVMF).
    """

    key: str
    volume: str
    size: int | None
    included: bool
    why: VolumeWhy
    matters: bool


@dataclass(frozen=True, slots=True)
class GuestSnapshot:
    """A snapshot that a guest keeps on its own storage; no backup holds it.

    Attributes:
        name: as typed by its owner (untrusted).
        at: epoch; None when Proxmox does not know it.
    """

    name: str
    at: int | None


@dataclass(frozen=True, slots=True)
class Guest:
    """One VM or container as the cluster lists it.

    Attributes:
        vmid: the guest's id, unique in the cluster.
        type: qemu or lxc.
        name: as typed by its owner (untrusted); None when not specified.
        node: the node it lives on now.
        status: ``running``, ``stopped`` or ``unknown``.
        template: None when neither the list nor the configuration says (its node is down).
        pool: the pool it is a direct member of; None when in none, or not visible (see ``Sight``).
        tags: in the order of the configuration.
        notes: the configuration's description (untrusted); None when empty or not seen.
        lock: the lock it holds, such as ``backup``.
        volumes: what a backup looks at; None when the configuration was not seen.
        born: epoch of the configuration's creation (``meta: ctime=``, VMs only); None when not told.
        snapshots: its snapshots, oldest first; None when they were not seen.
    """

    vmid: int
    type: GuestType
    name: str | None
    node: str
    status: str
    template: bool | None
    pool: str | None
    tags: tuple[str, ...]
    notes: str | None
    lock: str | None
    volumes: tuple[Volume, ...] | None
    born: int | None
    snapshots: tuple[GuestSnapshot, ...] | None = ()

    @property
    def key(self) -> str:
        """The guest's id in Proxmox's own form, such as ``qemu/100``."""
        return f"{self.type}/{self.vmid}"
