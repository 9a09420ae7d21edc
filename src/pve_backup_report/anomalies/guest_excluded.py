"""A guest that is on the exclude list of a job, and that no other job covers."""

from collections.abc import Iterator, Mapping

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.target import Targets
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import JobVerdict, Reason


def excluded_guests(analysis: Analysis) -> Mapping[int, tuple[str, ...]]:
    """Return the guests that a working job leaves out on purpose, with those jobs, by vmid.

    A guest that only a broken or disabled job excludes is not among them: nobody decided that it needs no backup.

    Args:
        analysis: the cluster and the conclusions.
    """
    targets = Targets.of(analysis.cluster)
    working = {job.job.id: job for job in analysis.jobs if _works(job)}
    found: dict[int, tuple[str, ...]] = {}
    for verdict in analysis.guests:
        if verdict.reason is not Reason.EXCLUDED or verdict.guest.template:
            continue
        jobs = tuple(
            other.job
            for other in verdict.others
            if other.reason is Reason.EXCLUDED
            and other.job in working
            and targets.find(working[other.job].job, verdict.guest.node).why_not is None
        )
        if jobs:
            found[verdict.guest.vmid] = jobs
    return found


def _works(job: JobVerdict) -> bool:
    return job.job.enabled and job.fires and job.job.conflict is None


def _find(analysis: Analysis) -> Iterator[Finding]:
    excluded = excluded_guests(analysis)
    for verdict in analysis.guests:
        guest = verdict.guest
        if guest.vmid in excluded:
            yield Finding(
                subject=guest.key,
                details={"vmid": guest.vmid, "name": guest.name, "node": guest.node, "jobs": excluded[guest.vmid]},
            )


GUEST_EXCLUDED = Rule(
    code="guest-excluded",
    severity=Severity.NOTICE,
    component="coverage",
    message="No backup job covers guest {vmid} ({name}) on {node}: it is on the exclude list of {jobs}.",
    remedy="If that is on purpose, nothing is to be done. Otherwise take {vmid} off the list under Datacenter > "
    "Backup > Edit, or add it to another job.",
    find=_find,
)
