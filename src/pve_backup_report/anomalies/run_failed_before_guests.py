"""A backup task that ended before it tried any guest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.nights import STARTED_BY_SCHEDULE_S
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.task import LogState, Task
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict

_SETUP = ("could not activate storage", "could not get storage information", "dumpdir ", "tmpdir ")
_OVERDUE = (Freshness.LATE, Freshness.NEVER)


@dataclass(frozen=True, slots=True)
class FailedSetup:
    """One task without guests, and who is still without a backup because of it.

    Attributes:
        task: the task.
        waiting: guests of its node that got no good backup since, sorted by vmid.
    """

    task: Task
    waiting: tuple[GuestVerdict, ...]

    @property
    def late(self) -> tuple[int, ...]:
        """Those of them whose backup is overdue."""
        return tuple(verdict.guest.vmid for verdict in self.waiting if verdict.freshness in _OVERDUE)


def failed_setups(analysis: Analysis) -> tuple[FailedSetup, ...]:
    """Return the newest such task of each node, if anybody still waits for a backup because of it.

    It is told when it is the node's newest task, or when the schedule of a guest that is overdue has started it:
    Proxmox does not say which job a task belongs to.

    Args:
        analysis: the cluster and the conclusions.
    """
    if not any(map(_died, analysis.cluster.tasks)):
        return ()
    with_runs = {run.upid for run in analysis.cluster.runs}
    seen = {node.name for node in analysis.cluster.nodes if node.tasks_seen}
    ended: dict[str, list[Task]] = {}
    for task in analysis.cluster.tasks:
        if task.node in seen and not task.running:
            ended.setdefault(task.node, []).append(task)
    found = []
    for node in sorted(ended):
        guests = [verdict for verdict in analysis.guests if verdict.guest.node == node]
        for place, task in enumerate(ended[node]):
            if task.upid in with_runs or not _died(task):
                continue
            waiting = _waiting(guests, task)
            if place:
                waiting = [verdict for verdict in waiting if _started(task, verdict)]
            if waiting:
                found.append(FailedSetup(task, tuple(waiting)))
                break
    return tuple(found)


def _died(task: Task) -> bool:
    if task.vmid is not None:
        return False  # a task for one guest: that guest's own failure
    return (task.log is LogState.READ and task.job_error is not None) or (task.status or "").startswith(_SETUP)


def _waiting(guests: Sequence[GuestVerdict], task: Task) -> list[GuestVerdict]:
    return [
        verdict
        for verdict in guests
        if verdict.verdict not in (Verdict.UNCOVERED, Verdict.EXEMPT)
        and (verdict.last_success is None or verdict.last_success.at < task.start)
        and not (verdict.runs and verdict.runs[0].at >= task.start)
    ]


def _started(task: Task, verdict: GuestVerdict) -> bool:
    """Whether the guest is overdue and the task was started when its job was due."""
    due = verdict.last_due
    return verdict.freshness in _OVERDUE and due is not None and 0 <= task.start - due <= STARTED_BY_SCHEDULE_S


def _find(analysis: Analysis) -> Iterator[Finding]:
    for failed in failed_setups(analysis):
        task = failed.task
        yield Finding(
            subject=f"node/{task.node}",
            details={
                "node": task.node,
                "started_at": task.start,
                "error": task.job_error or task.status,
                "late": failed.late,
                "waiting": tuple(verdict.guest.vmid for verdict in failed.waiting),
                "upid": task.upid,
            },
            severity=None if failed.late else Severity.WARNING,
        )


RUN_FAILED_BEFORE_GUESTS = Rule(
    code="run-failed-before-guests",
    severity=Severity.ERROR,
    component="evidence",
    message="The backup task of {started_at} on {node} ended before it tried any guest: {error}. Guests whose backup "
    "is overdue: {late}.",
    remedy="Mend what the error names, see with pvesm status on {node} whether the storage answers, then start the "
    "job by hand under Datacenter > Backup > Run now.",
    find=_find,
)
