"""An enabled job that names a guest that does not exist."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for job in analysis.jobs:
        if job.job.enabled and job.orphans:
            yield Finding(subject=f"job/{job.job.id}", details={"job": job.job.id, "vmids": job.orphans})


JOB_NAMES_MISSING_GUEST = Rule(
    code="job-names-missing-guest",
    severity=Severity.WARNING,
    component="job",
    message="Backup job {job} names guests that do not exist: {vmids}. Each of its runs ends with an error, on every "
    "node that it runs on.",
    remedy="Take {vmids} off the job under Datacenter > Backup > Edit. Destroying a guest with “Purge from job "
    "configurations” does that by itself.",
    find=_find,
)
