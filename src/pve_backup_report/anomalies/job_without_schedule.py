"""An enabled job that has no schedule."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for job in analysis.jobs:
        if job.job.enabled and job.job.schedule is None:
            yield Finding(
                subject=f"job/{job.job.id}",
                details={"job": job.job.id, "vmids": job.guests or ()},
            )


JOB_WITHOUT_SCHEDULE = Rule(
    code="job-without-schedule",
    severity=Severity.WARNING,
    component="job",
    message="Backup job {job} is enabled but has no schedule: it never runs by itself. Guests it selects: {vmids}.",
    remedy="Give the job a schedule under Datacenter > Backup > Edit, such as 02:30 or mon..fri 22:00.",
    find=_find,
)
