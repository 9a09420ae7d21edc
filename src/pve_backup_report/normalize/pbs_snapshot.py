"""Backups as a Proxmox Backup Server lists them (proxmox-backup src/api2/admin/datastore.rs ``list_snapshots``)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pve_backup_report.model.backup import Backup
from pve_backup_report.normalize.backup import verified_since
from pve_backup_report.normalize.reading import Row, flag, moment, number, text

_TYPES = {"vm": "qemu", "ct": "lxc", "host": "host"}
_MANIFEST = "index.json.blob"
_NOT_DATA = frozenset({_MANIFEST, "client.log.blob"})  # never encrypted, whatever the backup is


def read_snapshots(listed: Iterable[Row], place: str) -> tuple[Backup, ...]:
    """Return the snapshots of one namespace, newest first; rows that are none are left out.

    Args:
        listed: rows of ``/admin/datastore/{store}/snapshots``.
        place: what stands for the storage until a PVE storage is found to be the same place.
    """
    found = [backup for row in listed if (backup := _snapshot(row, place)) is not None]
    found.sort(key=lambda backup: (-backup.at, backup.volid))
    return tuple(found)


def snapshot_path(kind: str, name: str, at: int) -> str:
    """Return how Proxmox writes a snapshot: ``vm/100/2026-03-04T01:00:01Z``."""
    return f"{kind}/{name}/{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _snapshot(row: Row, place: str) -> Backup | None:
    kind, name, at = text(row.get("backup-type")), text(row.get("backup-id")), moment(row.get("backup-time"))
    if kind not in _TYPES or name is None or at is None:
        return None
    files = row.get("files")
    modes = {
        str(file.get("filename")): file.get("crypt-mode")
        for file in (files if isinstance(files, list) else ())
        if isinstance(file, Mapping)
    }
    data = [mode for filename, mode in modes.items() if filename not in _NOT_DATA]
    size = number(row.get("size"))
    verification = row.get("verification")
    verified = verification if isinstance(verification, Mapping) else {}
    return Backup(
        storage=place,
        node=None,
        volid=snapshot_path(kind, name, at),
        vmid=number(name) if kind != "host" and name.isdigit() else None,
        type=_TYPES[kind],
        at=at,
        size=size,
        finished=_MANIFEST in modes and size is not None,  # no size: the manifest is there and cannot be read
        verified=text(verified.get("state")),
        encrypted=bool(data) and all(mode == "encrypt" for mode in data),
        protected=flag(row.get("protected")),
        notes=text(row.get("comment")),
        verified_at=verified_since(verified.get("upid")),
        owner=text(row.get("owner")),
        source="pbs",
    )
