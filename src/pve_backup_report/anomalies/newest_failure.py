"""Guests whose newest backup attempt failed, and how many of them failed alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pve_backup_report.anomalies.guest_locked_by_backup import stale_locks
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.task import BAD_ENDS, LogState, Run, Task
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict

_MANY = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """One guest's newest attempt, which failed.

    Attributes:
        verdict: the guest and what is concluded about it.
        run: the attempt.
        archived: its archive was complete all the same: pruning or a hook failed afterwards.
    """

    verdict: GuestVerdict
    run: Run
    archived: bool

    @property
    def last_good_at(self) -> int | None:
        """Epoch of the newest good backup; None when none is known."""
        success = self.verdict.last_success
        return None if success is None else success.at


def newest_failures(analysis: Analysis) -> Mapping[int, Failure]:
    """Return the failures worth telling, by vmid: nothing newer makes up for them, and no other rule tells their cause.

    Args:
        analysis: the cluster and the conclusions.
    """
    locked = {guest.vmid for guest in stale_locks(analysis)}
    seen = {node.name for node in analysis.cluster.nodes if node.tasks_seen}
    unread = [task for task in analysis.cluster.tasks if task.log in (LogState.GONE, LogState.NOT_SEEN)]
    found = {}
    for verdict in analysis.guests:
        failure = _failure(verdict)
        if failure is None or not _is_newest(failure, seen, unread):
            continue
        if verdict.guest.vmid not in locked or "is locked" not in (failure.run.error or ""):
            found[verdict.guest.vmid] = failure
    return found


def failures_alike(analysis: Analysis) -> tuple[tuple[Failure, ...], ...]:
    """Return the failures without an archive that at least five guests share: the same task, the same error.

    Args:
        analysis: the cluster and the conclusions.
    """
    groups: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    for failure in newest_failures(analysis).values():
        if failure.run.error is not None and not failure.archived:
            groups[failure.run.upid, failure.run.error].append(failure)
    return tuple(tuple(group) for group in groups.values() if len(group) >= _MANY)


def _failure(verdict: GuestVerdict) -> Failure | None:
    # Of a guest that nothing covers, and of one that was never backed up, other rules tell.
    if verdict.verdict in (Verdict.UNCOVERED, Verdict.EXEMPT) or verdict.freshness is Freshness.NEVER:
        return None
    run = next(iter(verdict.runs), None)
    if run is None or run.result not in BAD_ENDS:
        return None
    if "task-failed-archive-there" in verdict.findings:
        return Failure(verdict, run, archived=True)
    success = verdict.last_success
    if success is not None and success.at > run.at:
        return None
    return Failure(verdict, run, archived=run.archive_written is True and verdict.backups is None)


def _is_newest(failure: Failure, seen: set[str], unread: Sequence[Task]) -> bool:
    """Whether a newer backup would have been listed, or else a newer attempt been seen.

    The tasks of the guest's own node are proof enough, even where another node is down: the guest has been there since.
    """
    verdict, run = failure.verdict, failure.run
    if verdict.backups is not None:
        return True
    nodes = {run.node, verdict.guest.node}
    return nodes <= seen and not any(
        task.node in nodes and task.start > run.at and task.vmid in (None, run.vmid) for task in unread
    )
