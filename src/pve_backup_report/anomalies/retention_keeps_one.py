"""A job that keeps the newest backup only."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.storage_use import storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    groups: dict[str, dict[str, set[int]]] = {}
    for use in storage_uses(analysis):
        if use.job.remove and use.retention == {"keep-last": 1}:
            vmids = {verdict.guest.vmid for verdict in use.guests}
            groups.setdefault(use.storage.id, {})[use.job.id] = vmids
    for storage, jobs in groups.items():
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "jobs": tuple(jobs),
                "vmids": tuple(sorted(set().union(*jobs.values()))),
            },
        )


RETENTION_KEEPS_ONE = Rule(
    code="retention-keeps-one",
    severity=Severity.WARNING,
    component="storage",
    message="Only the newest backup of each guest is kept on storage {storage}: a backup of damaged data replaces "
    "the last sound one. Jobs: {jobs}. Guests: {vmids}.",
    remedy="Keep several, such as keep-last=3, keep-daily=7 and keep-weekly=4, in the job or under Datacenter > "
    "Storage > Edit > Backup Retention.",
    find=_find,
)
