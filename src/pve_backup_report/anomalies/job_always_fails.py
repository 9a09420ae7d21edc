"""An enabled job whose options contradict each other, so that every run of it fails."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for job in analysis.jobs:
        if job.job.enabled and job.job.conflict is not None:
            yield Finding(
                subject=f"job/{job.job.id}",
                details={"job": job.job.id, "options": job.job.conflict, "vmids": job.guests or ()},
            )


JOB_ALWAYS_FAILS = Rule(
    code="job-always-fails",
    severity=Severity.ERROR,
    component="job",
    message="Every run of backup job {job} fails, because its options conflict: {options}. Guests it selects: {vmids}.",
    remedy="Remove one of the conflicting options from the job in /etc/pve/jobs.cfg, or make the job anew under "
    "Datacenter > Backup: the interface does not store such a combination.",
    find=_find,
)
