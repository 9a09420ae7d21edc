"""Backups of guests that no longer exist."""

from collections.abc import Iterator

from pve_backup_report.anomalies.backups_by_storage import by_storage, vmids_of
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for storage, backups in by_storage(analysis.orphans).items():
        sizes = [backup.size for backup in backups if backup.size is not None]
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "count": len(backups),
                "vmids": vmids_of(backups),
                "total_bytes": sum(sizes) if len(sizes) == len(backups) else None,
                "newest_at": max(backup.at for backup in backups),
            },
        )


ORPHANED_BACKUPS = Rule(
    code="orphaned-backups",
    severity=Severity.INFO,
    component="storage",
    message="Backups of guests that no longer exist lie on storage {storage}: {count} (size: {total_bytes}). Ids: "
    "{vmids}. Newest: {newest_at}.",
    remedy="No job prunes them any more. Keep what may still be wanted, and remove the rest by hand under the "
    "storage’s Backups. A storage shared with another cluster holds that one’s guests too.",
    find=_find,
)
