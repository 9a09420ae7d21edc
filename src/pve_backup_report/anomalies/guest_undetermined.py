"""Guests of which it cannot be told whether a job covers them."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.gap import Blind, Gap
from pve_backup_report.model.job import Job
from pve_backup_report.model.verdict import GuestVerdict, Reason, Verdict

_ERRORS_TOLD = 3


def _find(analysis: Analysis) -> Iterator[Finding]:
    jobs = {job.id: job for job in analysis.cluster.jobs}
    groups: dict[tuple[Reason, str], list[GuestVerdict]] = {}
    for verdict in analysis.guests:
        if verdict.verdict is Verdict.UNDETERMINED:
            groups.setdefault((verdict.reason, _unseen(verdict, jobs)), []).append(verdict)
    for (reason, unseen), verdicts in groups.items():
        gaps = [gap for gap in analysis.cluster.gaps if _concerns(gap, reason, verdicts)]
        yield Finding(
            subject=unseen,
            details={
                "reason": str(reason),
                "count": len(verdicts),
                "vmids": tuple(verdict.guest.vmid for verdict in verdicts),
                "needs": tuple(dict.fromkeys(gap.needs for gap in gaps if gap.needs is not None)),
                "errors": tuple(dict.fromkeys(gap.detail for gap in gaps if gap.detail and not gap.needs))[
                    :_ERRORS_TOLD
                ],
            },
        )


def _unseen(verdict: GuestVerdict, jobs: dict[str, Job]) -> str:
    """Return the thing that was not seen, as a subject."""
    match verdict.reason:
        case Reason.JOBS_NOT_VISIBLE:
            return "api//cluster/backup"
        case Reason.POOL_NOT_VISIBLE:
            pools = [jobs[other.job].pool for other in verdict.others if other.reason is Reason.POOL_NOT_VISIBLE]
            return f"pool/{pools[0]}" if pools else "cluster"
        case Reason.STORAGE_NOT_VISIBLE:
            storages = [match.storage for match in verdict.jobs if match.why_not is Reason.STORAGE_NOT_VISIBLE]
            return f"storage/{storages[0]}" if storages else "cluster"
        case _:
            return f"node/{verdict.guest.node}"


def _concerns(gap: Gap, reason: Reason, verdicts: list[GuestVerdict]) -> bool:
    """Whether closing the gap would let these guests be judged."""
    node = verdicts[0].guest.node
    match reason:
        case Reason.VOLUMES_NOT_VISIBLE:
            configs = {f"/nodes/{node}/{verdict.guest.key}/config" for verdict in verdicts}
            return gap.endpoint in configs or gap.endpoint == f"/nodes/{node}"
        case Reason.DEFAULTS_NOT_VISIBLE:
            return gap.endpoint in (f"/nodes/{node}/vzdump/defaults", f"/nodes/{node}")
        case Reason.STORAGE_NOT_VISIBLE:
            return gap.endpoint == "/storage"
        case Reason.POOL_NOT_VISIBLE:
            return gap.endpoint == "/pools" or (
                Blind.COVERAGE in gap.blinds and gap.endpoint.endswith("/included_volumes")
            )
        case _:
            return gap.blinds == (Blind.COVERAGE,) and not gap.endpoint.startswith("/nodes/")


GUEST_UNDETERMINED = Rule(
    code="guest-undetermined",
    severity=Severity.INFO,
    component="coverage",
    message="It cannot be told whether these guests are covered: {reason}. Guests: {vmids}.",
    remedy="Missing rights: {needs}. Errors to mend first: {errors}. pve-backup-report --check-api shows each "
    "question with the right it needs.",
    find=_find,
)
