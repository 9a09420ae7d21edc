"""Backups sorted by the storage that lists them."""

from collections.abc import Iterable, Mapping

from pve_backup_report.model.backup import Backup


def by_storage(backups: Iterable[Backup]) -> Mapping[str, tuple[Backup, ...]]:
    """Return the backups by storage id, sorted by it; within one storage in the given order.

    Args:
        backups: those to be told.
    """
    found: dict[str, list[Backup]] = {}
    for backup in backups:
        found.setdefault(backup.storage, []).append(backup)
    return {storage: tuple(found[storage]) for storage in sorted(found)}


def vmids_of(backups: Iterable[Backup]) -> tuple[int, ...]:
    """Return the ids that the backups say they are of, sorted, each once."""
    return tuple(sorted({backup.vmid for backup in backups if backup.vmid is not None}))
