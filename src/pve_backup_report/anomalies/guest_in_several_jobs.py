"""Guests that are selected more than once."""

from collections import Counter
from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    together: dict[tuple[str, ...], list[int]] = {}
    for verdict in analysis.guests:
        jobs = tuple(match.job for match in verdict.jobs if match.effective)
        if len(jobs) > 1:
            together.setdefault(jobs, []).append(verdict.guest.vmid)
    for jobs, vmids in together.items():
        yield Finding(subject=f"job/{jobs[0]}", details={"jobs": jobs, "vmids": tuple(vmids)})
    for job in analysis.jobs:
        listed = Counter(job.job.vmids or ())
        twice = tuple(vmid for vmid in job.guests or () if listed[vmid] > 1)
        if job.job.enabled and twice:
            # such a run backs the guest up twice
            yield Finding(
                subject=f"job/{job.job.id}",
                details={"jobs": (job.job.id, job.job.id), "vmids": twice},
                severity=Severity.WARNING,
            )


GUEST_IN_SEVERAL_JOBS = Rule(
    code="guest-in-several-jobs",
    severity=Severity.INFO,
    component="coverage",
    message="These guests are selected more than once: {vmids}. Jobs, each as often as it selects them: {jobs}.",
    remedy="Two jobs for one guest are fine when that is meant, such as a second storage or a weekly copy. Otherwise "
    "take the guests out of one of them under Datacenter > Backup > Edit.",
    find=_find,
)
