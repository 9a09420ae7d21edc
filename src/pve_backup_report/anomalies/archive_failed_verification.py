"""Backups that their backup server found damaged."""

from collections.abc import Iterator

from pve_backup_report.anomalies.backups_by_storage import by_storage, vmids_of
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    good_until = {
        verdict.guest.vmid: -1 if verdict.last_success is None else verdict.last_success.at
        for verdict in analysis.guests
        if verdict.backups is not None  # else a newer one may lie where nothing could be seen
    }
    damaged = (backup for backup in analysis.cluster.backups if backup.verified == "failed")
    for storage, backups in by_storage(damaged).items():
        newest = vmids_of(
            backup for backup in backups if backup.vmid in good_until and backup.at > good_until[backup.vmid]
        )
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "count": len(backups),
                "vmids": vmids_of(backups),
                "newest_damaged": newest,
                "newest_at": max(backup.at for backup in backups),
            },
            severity=Severity.ERROR if newest else None,
        )


ARCHIVE_FAILED_VERIFICATION = Rule(
    code="archive-failed-verification",
    severity=Severity.WARNING,
    component="evidence",
    message="Storage {storage} holds damaged backups, which do not count: {count} failed verification. Ids: {vmids}. "
    "Guests without a newer good backup: {newest_damaged}.",
    remedy="Back the guests without a newer one up again now, then look for the cause on the backup server: disks, "
    "memory, and the log of the verify task. Blocks are shared, so others may be hurt: verify the whole datastore.",
    find=_find,
)
