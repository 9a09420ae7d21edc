"""Short ways to write guests and storages down."""

import re

from simulator.parts import Guest, Setting, Storage

_VOLUME = re.compile(r"(?:ide|scsi|virtio|sata|efidisk|tpmstate|rootfs|mp)\d*")
_SIZE = re.compile(r"\d+[KMGT](?:,.*)?")


def _config(vmid: int, storage: str, settings: dict[str, str | int]) -> tuple[Setting, ...]:
    """Settings in full: a volume given by its size alone ("32G", "8G,backup=0") becomes one on that storage."""
    number = 0
    config: list[Setting] = []
    for key, value in settings.items():
        if _VOLUME.fullmatch(key) and isinstance(value, str) and _SIZE.fullmatch(value):
            size, comma, options = value.partition(",")
            mount = f",mp=/mnt/{key}" if key.startswith("mp") and "mp=" not in options else ""
            config.append((key, f"{storage}:vm-{vmid}-disk-{number}{mount}{comma}{options},size={size}"))
            number += 1
        else:
            config.append((key, value))
    return tuple(config)


def vm(vmid: int, name: str | None, node: str, *, storage: str = "local-lvm", **settings: str | int) -> Guest:
    """A running VM; without settings it has one disk of 32 GiB. Use `dataclasses.replace` for the rest."""
    drives = settings or {"scsi0": "32G"}
    config = (("memory", "2048"), ("ostype", "l26"), ("ide2", "none,media=cdrom"))
    return Guest(vmid, "qemu", name, node, config=config + _config(vmid, storage, drives))


def ct(vmid: int, name: str | None, node: str, *, storage: str = "local-lvm", **settings: str | int) -> Guest:
    """A running container; its root has 8 GiB unless told otherwise."""
    config = (("arch", "amd64"), ("memory", 512), ("ostype", "debian"))
    drives = {"rootfs": "8G", **settings}
    return Guest(vmid, "lxc", name, node, config=config + _config(vmid, storage, drives))


def local(prune: str | None = "keep-last=3", **more: str) -> Storage:
    """The storage that every node has."""
    extra = (("path", "/var/lib/vz"), *more.items())
    return Storage("local", content=("iso", "backup", "vztmpl"), prune=prune, extra=extra)


def local_lvm(name: str = "local-lvm") -> Storage:
    """A thin pool on each node; it cannot hold backups."""
    return Storage(name, "lvmthin", ("rootdir", "images"), extra=(("thinpool", "data"), ("vgname", "pve")))


def nfs(name: str = "nas", prune: str | None = "keep-last=4", server: str = "192.0.2.20") -> Storage:
    """A file share for backups."""
    extra = (("path", f"/mnt/pve/{name}"), ("server", server), ("export", f"/export/{name}"))
    return Storage(name, "nfs", ("backup", "iso"), prune=prune, extra=extra)


def pbs(
    name: str = "pbs1", prune: str | None = "keep-daily=7", datastore: str = "main", namespace: str = ""
) -> Storage:
    """A Proxmox Backup Server datastore."""
    extra = [("server", "192.0.2.30"), ("datastore", datastore), ("username", "backup@pbs!pve")]
    if namespace:
        extra.append(("namespace", namespace))
    return Storage(name, "pbs", ("backup",), prune=prune, extra=tuple(extra))
