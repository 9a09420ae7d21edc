"""A storage on which the next run will not find the room that it needs."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for room in analysis.rooms:
        if room.free is not None and room.needed > room.free:
            yield Finding(
                subject=f"storage/{room.storage}",
                details={
                    "storage": room.storage,
                    "node": room.node,
                    "job": room.job,
                    "next_run": room.due,
                    "needed_bytes": room.needed,
                    "free_bytes": room.free,
                    "vmids": room.vmids,
                },
            )


STORAGE_FULL_AT_NEXT_RUN = Rule(
    code="storage-full-at-next-run",
    severity=Severity.ERROR,
    component="storage",
    message="Storage {storage} has {free_bytes} free, and the next run of backup job {job}, at {next_run}, needs at "
    "least {needed_bytes} if its archives are as large as the last ones. Guests: {vmids}.",
    remedy="Make room before that run: remove what is no longer needed, keep fewer backups (Datacenter > Storage > "
    "Edit > Backup Retention), or let the job write to another storage.",
    find=_find,
)
