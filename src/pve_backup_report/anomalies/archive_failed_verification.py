"""Backups that their backup server found damaged."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.backup import Backup


def _find(analysis: Analysis) -> Iterator[Finding]:
    by_storage: dict[str, list[Backup]] = {}
    for backup in analysis.cluster.backups:
        if backup.verified == "failed":
            by_storage.setdefault(backup.storage, []).append(backup)
    good_until = {
        verdict.guest.vmid: -1 if verdict.last_success is None else verdict.last_success.at
        for verdict in analysis.guests
    }
    for storage in sorted(by_storage):
        damaged = by_storage[storage]
        newest = {backup.vmid for backup in damaged if backup.vmid in good_until and backup.at > good_until[backup.vmid]}
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "count": len(damaged),
                "vmids": tuple(sorted({backup.vmid for backup in damaged if backup.vmid is not None})),
                "newest_damaged": tuple(sorted(vmid for vmid in newest if vmid is not None)),
                "newest_at": max(backup.at for backup in damaged),
            },
            severity=Severity.ERROR if newest else None,
        )


ARCHIVE_FAILED_VERIFICATION = Rule(
    code="archive-failed-verification",
    severity=Severity.WARNING,
    component="evidence",
    message="{count} backups on storage {storage} failed verification: they are damaged, and do not count. "
    "Ids: {vmids}. Guests without a newer good backup: {newest_damaged}.",
    remedy="Back these guests up again now, then look for the cause on the backup server: disks, memory, and the log of "
    "the verify task. Blocks are shared, so others may be hurt: verify the whole datastore.",
    find=_find,
)
