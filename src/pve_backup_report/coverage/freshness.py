"""Whether the backup that was due is there: judged by the schedule, never by a fixed age."""

from collections.abc import Iterable
from dataclasses import dataclass

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.task import BAD_ENDS, Run, RunResult
from pve_backup_report.model.verdict import Freshness

GRACE_S = 7200


@dataclass(frozen=True, slots=True)
class Due:
    """When a guest's effective jobs are due.

    Attributes:
        last: epoch of the newest event that has come; None when none has since the guest exists.
        judged: epoch of the newest event whose grace has run out; None when there is none.
        next: epoch of the next event.
    """

    last: int | None
    judged: int | None
    next: int | None


def grace_s(usual_duration_s: int | None) -> int:
    """Return the seconds that a backup has after it was due: two hours, or twice its usual duration if longer.

    Args:
        usual_duration_s: seconds that the guest's backup usually takes; None when not known.
    """
    return max(GRACE_S, 2 * (usual_duration_s or 0))


def due_of(guest: Guest, jobs: Iterable[Job], calendar: Calendar, usual_duration_s: int | None) -> Due:
    """Return when a guest's backup was and will be due.

    Args:
        guest: the guest.
        jobs: the jobs that cover it.
        calendar: tells when jobs are due.
        usual_duration_s: seconds that its backup usually takes.
    """
    settled = calendar.now - grace_s(usual_duration_s)
    last, judged, coming = [], [], []
    for job in jobs:
        last.append(calendar.last_due(job, guest.node, calendar.now))
        judged.append(calendar.last_due(job, guest.node, settled))
        coming.append(calendar.next_due(job, guest.node))
    born = guest.born or 0
    return Due(
        last=max((at for at in last if at is not None and at >= born), default=None),
        judged=max((at for at in judged if at is not None and at >= born), default=None),
        next=min((at for at in coming if at is not None), default=None),
    )


def freshness(guest: Guest, due: Due, evidence: GuestEvidence) -> Freshness | None:
    """Tell whether the backup that was due is there.

    ``late`` and ``never`` are only said when no backup can have been missed: either every storage was listed in full,
    or every task since then was.

    Args:
        guest: the guest.
        due: when its jobs were due.
        evidence: what is known of its backups.
    """
    if due.last is None:
        return None
    newest = evidence.dated_at
    if newest is not None and newest >= (due.last if due.judged is None else due.judged):
        return Freshness.FRESH
    if due.judged is None:
        return Freshness.FRESH  # the grace of the first time it is due has not run out
    if evidence.perhaps_at is not None and evidence.perhaps_at >= due.judged:
        return Freshness.UNKNOWN
    if not evidence.good_at:
        return Freshness.NEVER if _none_missed(guest, due.last, due.judged, evidence) else Freshness.UNKNOWN
    return Freshness.LATE if _seen_since(due.judged, evidence) else Freshness.UNKNOWN


def _seen_since(judged: int, evidence: GuestEvidence) -> bool:
    """Whether a backup made since ``judged`` would be known."""
    if evidence.nothing_hidden:
        return True
    if evidence.local_unseen and any(run.at >= judged and run.result in BAD_ENDS for run in evidence.runs):
        return True  # it was tried where it lives; a node that cannot be asked had no part in it
    return evidence.tasks_since is not None and evidence.tasks_since <= judged


def _none_missed(guest: Guest, last: int, judged: int, evidence: GuestEvidence) -> bool:
    """Whether there is surely no backup of a guest for which none is known, and one was surely due."""
    if guest.born is None and last != judged and not _existed(judged, evidence.runs):
        return False  # within the grace of the last time: the guest may be younger than the time before
    if evidence.perhaps_at is not None:
        return False
    if evidence.nothing_hidden:
        return True
    return guest.born is not None and evidence.tasks_since is not None and evidence.tasks_since <= guest.born


def _existed(at: int, runs: Iterable[Run]) -> bool:
    return any(run.at <= at and run.result is not RunResult.RUNNING for run in runs)
