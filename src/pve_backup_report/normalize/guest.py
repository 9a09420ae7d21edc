"""Guests: the rows of ``/cluster/resources`` and each guest's configuration."""

from collections.abc import Mapping
from typing import TypeGuard
from urllib.parse import unquote

from pve_backup_report.model.guest import Guest, GuestSnapshot, GuestType, Volume
from pve_backup_report.normalize.reading import Row, flag, moment, number, text, words
from pve_backup_report.normalize.volume import VOLUME_KEY, lxc_volumes, qemu_volumes

Config = Mapping[str, object]


def read_guest(
    row: Row, config: Config | None, seen_by_pve: tuple[Volume, ...] | None, snapshots: list[Row] | None = None
) -> Guest | None:
    """Return one guest; None when the row is no guest.

    Args:
        row: one row of ``/cluster/resources``.
        config: the guest's configuration; None when not seen.
        seen_by_pve: its volumes as ``included_volumes`` lists them, for when the configuration was not seen.
        snapshots: rows of the guest's ``snapshot`` list; None when not seen, or not asked since there are none.
    """
    vmid, node = number(row.get("vmid")), text(row.get("node"))
    if row.get("type") not in ("qemu", "lxc") or vmid is None or node is None:
        return None
    kind = GuestType(str(row["type"]))
    told = config or {}
    template = row.get("template") if row.get("template") is not None else told.get("template")
    return Guest(
        vmid=vmid,
        type=kind,
        name=text(row.get("name")) or text(told.get("name")) or text(told.get("hostname")),
        node=node,
        status=text(row.get("status")) or "unknown",
        template=flag(template) if template is not None or config is not None else None,
        pool=text(row.get("pool")),
        tags=words(row.get("tags") if row.get("tags") is not None else told.get("tags")),
        notes=_notes(told.get("description")),
        lock=text(row.get("lock")) or text(told.get("lock")),
        volumes=seen_by_pve if config is None else _volumes(kind, config),
        born=_born(told.get("meta")),
        snapshots=_snapshots(config, snapshots),
    )


def has_snapshots(config: Config) -> bool:
    """Tell whether a configuration descends from a snapshot (guest-common PVE/AbstractConfig.pm, ``parent``)."""
    return text(config.get("parent")) is not None


def _snapshots(config: Config | None, listed: list[Row] | None) -> tuple[GuestSnapshot, ...] | None:
    if config is None or (has_snapshots(config) and listed is None):
        return None
    # the list ends with an entry for the present state; a time of 0 is one that Proxmox does not know
    named = [(text(row.get("name")), moment(row.get("snaptime")) or None) for row in listed or ()]
    found = [GuestSnapshot(name, at) for name, at in named if name is not None and name != "current"]
    return tuple(sorted(found, key=lambda snapshot: (snapshot.at or 0, snapshot.name)))


def is_config(data: object, kind: str) -> TypeGuard[Config]:
    """Tell whether an answer is a guest's configuration: Proxmox adds a digest to each, and a container has a root.

    Anything else must not pass for a guest without disks.

    Args:
        data: the answer's data.
        kind: ``qemu`` or ``lxc``.
    """
    if not isinstance(data, Mapping) or data.get("digest") is None:
        return False
    if any(text(value) is None for key, value in data.items() if VOLUME_KEY.fullmatch(str(key))):
        return False  # a disk of which nothing can be read must not pass for none
    return kind == "qemu" or text(data.get("rootfs")) is not None


def _volumes(kind: GuestType, config: Config) -> tuple[Volume, ...]:
    return qemu_volumes(config) if kind is GuestType.QEMU else lxc_volumes(config)


def _notes(description: object) -> str | None:
    """Return the first line that says something; the API hands the text out decoded, old files hold it encoded."""
    as_text = text(description)
    if as_text is None:
        return None
    line = next((line.strip() for line in as_text.splitlines() if line.strip()), None)
    return unquote(line) if line and "%0A" in line.upper() else line


def _born(meta: object) -> int | None:
    """Return ``ctime`` of the ``meta`` line (qemu-server PVE/QemuServer/MetaInfo.pm)."""
    for part in (text(meta) or "").split(","):
        key, _, value = part.partition("=")
        if key.strip() == "ctime":
            return moment(value)
    return None
