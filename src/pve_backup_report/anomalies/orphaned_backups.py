"""Backups of guests that no longer exist."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.backup import Backup


def _find(analysis: Analysis) -> Iterator[Finding]:
    by_storage: dict[str, list[Backup]] = {}
    for backup in analysis.orphans:
        by_storage.setdefault(backup.storage, []).append(backup)
    for storage in sorted(by_storage):
        backups = by_storage[storage]
        sizes = [backup.size for backup in backups if backup.size is not None]
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "count": len(backups),
                "vmids": tuple(sorted({backup.vmid for backup in backups if backup.vmid is not None})),
                "total_bytes": sum(sizes) if len(sizes) == len(backups) else None,
                "newest_at": max(backup.at for backup in backups),
            },
        )


ORPHANED_BACKUPS = Rule(
    code="orphaned-backups",
    severity=Severity.INFO,
    component="storage",
    message="Storage {storage} holds {count} backups of guests that no longer exist (size: {total_bytes}). "
    "Their ids: {vmids}. Newest: {newest_at}.",
    remedy="No job prunes them any more. Keep what may still be wanted, and remove the rest by hand under the storage’s "
    "Backups. A storage shared with another cluster holds that one’s guests too.",
    find=_find,
)
