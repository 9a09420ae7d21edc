"""A backup server's storage whose older backups were never verified."""

from bisect import bisect_right
from collections.abc import Iterator

from pve_backup_report.anomalies.backups_by_storage import vmids_of
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_LONG_S = 30 * 86400


def _find(analysis: Analysis) -> Iterator[Finding]:
    cluster = analysis.cluster
    newest_first = cluster.backups
    aged = newest_first[bisect_right(newest_first, _LONG_S - cluster.asked_at, key=lambda backup: -backup.at) :]
    for storage in cluster.storages:
        if storage.type != "pbs":
            continue
        old = [backup for backup in aged if backup.storage == storage.id and backup.finished]
        never = [backup for backup in old if backup.verified is None]
        if never:
            yield Finding(
                subject=f"storage/{storage.id}",
                details={
                    "storage": storage.id,
                    "count": len(never),
                    "of": len(old),
                    "vmids": vmids_of(never),
                    "oldest_at": min(backup.at for backup in never),
                },
            )


BACKUPS_NEVER_VERIFIED = Rule(
    code="backups-never-verified",
    severity=Severity.NOTICE,
    component="evidence",
    message="Backups on storage {storage} that are older than a month and were never verified: {count} of {of}. Ids: "
    "{vmids}. Oldest: {oldest_at}.",
    remedy="Add a verify job on the Proxmox Backup Server (Datastore > Verify Jobs): it is the only thing that finds "
    "damage before a restore does.",
    find=_find,
)
