"""A job whose pool does not exist."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for job in analysis.jobs:
        if job.pool_state == "missing":
            yield Finding(
                subject=f"job/{job.job.id}",
                details={"job": job.job.id, "pool": job.job.pool, "enabled": job.job.enabled},
                # disabled, it harms only Proxmox's own lists (pve-manager PVE/API2/Cluster/BackupInfo.pm)
                severity=None if job.job.enabled else Severity.NOTICE,
            )


JOB_NAMES_MISSING_POOL = Rule(
    code="job-names-missing-pool",
    severity=Severity.ERROR,
    component="job",
    message="Backup job {job} names pool {pool}, which does not exist: its runs end without a task, a log or a mail, "
    "and Proxmox VE cannot list the guests without a backup job any more. Job enabled: {enabled}.",
    remedy="Open the job under Datacenter > Backup > Edit and choose another pool or the guests themselves, make "
    "pool {pool} again, or remove the job.",
    find=_find,
)
