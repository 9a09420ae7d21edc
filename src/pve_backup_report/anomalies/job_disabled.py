"""A backup job that is disabled."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    uncovered = {verdict.guest.vmid for verdict in analysis.guests if verdict.verdict is Verdict.UNCOVERED}
    for job in analysis.jobs:
        if job.job.enabled:
            continue
        left_alone = tuple(vmid for vmid in job.guests or () if vmid in uncovered)
        yield Finding(
            subject=f"job/{job.job.id}",
            details={"job": job.job.id, "vmids": left_alone},
            severity=Severity.NOTICE if left_alone else None,
        )


JOB_DISABLED = Rule(
    code="job-disabled",
    severity=Severity.INFO,
    component="job",
    message="Backup job {job} is disabled. Guests it selects that no other job covers: {vmids}.",
    remedy="Enable the job under Datacenter > Backup if it is still wanted; otherwise remove it, since Proxmox VE’s "
    "own list counts a disabled job as coverage.",
    find=_find,
)
