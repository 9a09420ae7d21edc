"""The last thirty days of every guest, day by day: was what was due begun, and is it good?"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.coverage.freshness import Due, grace_s
from pve_backup_report.coverage.nights import STARTED_BY_SCHEDULE_S
from pve_backup_report.coverage.verdict import Coverage
from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.day import DayState
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.task import BAD_ENDS, Run, RunResult
from pve_backup_report.model.verdict import Freshness

DAYS = 30


@dataclass(frozen=True, slots=True)
class _DueDay:
    """The last time a backup was due on a day.

    Attributes:
        at: epoch.
        until: epoch of the next time it was due.
    """

    at: int
    until: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one guest, sorted for questions about times.

    Attributes:
        node: where it lives.
        good: epochs of good backups.
        failed: epochs of attempts that surely left none.
        dark: epochs of what may be a good backup, or may not.
        oldest: epoch of the first trace of any backup; None when there is none.
        grace: seconds that it has after it was due.
        judged: epoch of the newest time it was due of which the grace has run out; None when there is none.
        fresh: whether the backup that was due then is there.
        whole_since: epoch since which nothing that was done for it can have been missed; None when nothing proves any.
        listed: every backup of it that exists was listed.
    """

    node: str
    good: Sequence[int]
    failed: Sequence[int]
    dark: Sequence[int]
    oldest: int | None
    grace: int
    judged: int | None
    fresh: Freshness | None
    whole_since: int | None
    listed: bool


class Days:
    """Looks at the guests of one cluster, day by day."""

    def __init__(self, cluster: Cluster, calendar: Calendar) -> None:
        """Lay out the days.

        Args:
            cluster: the normalized tape.
            calendar: tells when jobs are due.
        """
        self._calendar = calendar
        self._now = cluster.asked_at
        self._edges = _edges(cluster.asked_at, ZoneInfo(cluster.timezone))
        self._failed_tasks: dict[str, list[int]] = defaultdict(list)
        for task in sorted(cluster.tasks, key=lambda task: task.start):
            if task.job_error is not None:
                self._failed_tasks[task.node].append(task.start)
        self._due: dict[tuple[tuple[str, ...], str], tuple[_DueDay | None, ...]] = {}

    def of(
        self, guest: Guest, coverage: Coverage, evidence: GuestEvidence, due: Due, fresh: Freshness | None
    ) -> tuple[DayState, ...]:
        """Return the state of each day in the report's zone, the oldest first; the last one is that of the run.

        Args:
            guest: the guest.
            coverage: the jobs' side of it.
            evidence: what is known of its backups.
            due: when it was due.
            fresh: whether the backup that was due is there.
        """
        known = _known(guest, evidence, due, fresh, self._now)
        zone_known = self._calendar.knows_zone(guest.node, self._edges[0])  # and so ever since
        told = not coverage.maybe and all(self._calendar.error(job) is None for job in coverage.effective)
        states = []
        born = guest.born or 0
        for start, end, plan in zip(self._edges[:-1], self._edges[1:], self._planned(guest, coverage), strict=True):
            if plan is None or plan.at < born:
                states.append(_of_plain_day(known, start, end, told=told))
                continue
            state = None
            if zone_known or self._calendar.knows_zone(guest.node, plan.at):
                state = self._of_due_day(plan, known)
            states.append(state or (DayState.OK if _any(known.good, start, end) else DayState.UNKNOWN))
        return tuple(states)

    def due(self, guest: Guest, coverage: Coverage) -> tuple[bool, ...]:
        """Return whether a backup was due on each day, the oldest first.

        Args:
            guest: the guest.
            coverage: the jobs' side of it.
        """
        return tuple(plan is not None and plan.at >= (guest.born or 0) for plan in self._planned(guest, coverage))

    def _of_due_day(self, plan: _DueDay, known: _Known) -> DayState | None:
        """Return how the last time that a backup was due on a day went; None when that cannot be told."""
        if _any(known.good, plan.at, max(plan.until, plan.at + known.grace)):
            return DayState.OK
        if _any(known.dark, plan.at, plan.until):
            return DayState.UNKNOWN
        failed = _any(known.failed, plan.at, plan.until)
        if known.judged is None or plan.at > known.judged:
            return DayState.FAILED if failed else DayState.NONE_DUE
        whole = known.whole_since is not None and known.whole_since <= plan.at
        if (known.listed or whole) and (failed or self._fell_through(known.node, plan.at)):
            return DayState.FAILED
        if plan.at <= known.judged < plan.until:
            return DayState.MISSED if known.fresh in (Freshness.LATE, Freshness.NEVER) else None
        # without an older trace the job, or the guest among those it takes, may be younger
        return DayState.MISSED if whole and known.oldest is not None and known.oldest < plan.at else None

    def _fell_through(self, node: str, at: int) -> bool:
        """Whether a run that was begun then on the node failed before it tried any guest."""
        return _any(self._failed_tasks.get(node, ()), at, at + STARTED_BY_SCHEDULE_S)

    def _planned(self, guest: Guest, coverage: Coverage) -> tuple[_DueDay | None, ...]:
        jobs = coverage.effective
        key = (tuple(sorted({job.schedule or "" for job in jobs})), self._calendar.zone(guest.node).key)
        if key not in self._due:
            self._due[key] = tuple(
                self._due_day(guest.node, jobs, start, end)
                for start, end in zip(self._edges[:-1], self._edges[1:], strict=True)
            )
        return self._due[key]

    def _due_day(self, node: str, jobs: Iterable[Job], start: int, end: int) -> _DueDay | None:
        found = [self._calendar.last_due(job, node, min(end - 1, self._now)) for job in jobs]
        at = max((at for at in found if at is not None), default=None)
        if at is None or at < start:
            return None
        following = [self._calendar.first_after(job, node, at) for job in jobs]
        return _DueDay(at, min((after for after in following if after is not None), default=self._now + 1))


def days_shown(now: int, zone: ZoneInfo) -> tuple[date, ...]:
    """Return the dates of the days, the oldest first.

    Args:
        now: epoch of the run.
        zone: the report's.
    """
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    return tuple(today - timedelta(days=before) for before in range(DAYS - 1, -1, -1))


def _edges(now: int, zone: ZoneInfo) -> tuple[int, ...]:
    """Return the epochs at which the days begin, and the one at which the last ends."""
    shown = days_shown(now, zone)
    return tuple(
        int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
        for day in (*shown, shown[-1] + timedelta(days=1))
    )


def _known(guest: Guest, evidence: GuestEvidence, due: Due, fresh: Freshness | None, now: int) -> _Known:
    good = set(evidence.good_at)
    damaged = {}
    if len(evidence.good) < len(evidence.archives):
        damaged = {tail(archive.volid): archive.at for archive in evidence.archives if not archive.good}
    good.update([
        run.at for run in evidence.runs if run.result is RunResult.OK and not (damaged and _made_one_of(run, damaged))
    ])  # fmt: skip
    ended_badly = [run.at for run in evidence.runs if run.result in BAD_ENDS]
    failed = sorted({*damaged.values(), *ended_badly}.difference(evidence.perhaps))
    dark = [*evidence.perhaps, *[run.at for run in evidence.runs if run.result is RunResult.UNKNOWN]]
    return _Known(
        node=guest.node,
        good=sorted([at for at in good if at <= now]),
        failed=failed,
        dark=sorted(dark),
        oldest=min((*good, *failed, *dark), default=None),
        grace=grace_s(evidence.usual_duration_s),
        judged=due.judged,
        fresh=fresh,
        whole_since=evidence.tasks_since,
        listed=evidence.nothing_hidden,
    )


def _made_one_of(run: Run, archives: Mapping[str, int]) -> bool:
    """Whether a run made one of some archives (start by name); without its name in a log, the time has to tell."""
    if run.archive is not None:
        return tail(run.archive) in archives
    until = run.at + (run.duration_s or STARTED_BY_SCHEDULE_S)
    return any(run.at <= at <= until for at in archives.values())


def _of_plain_day(known: _Known, start: int, end: int, *, told: bool) -> DayState:
    """Return how a day went on which nothing was due."""
    if _any(known.good, start, end):
        return DayState.OK
    if _any(known.dark, start, end):
        return DayState.UNKNOWN
    if _any(known.failed, start, end):
        return DayState.FAILED
    return DayState.NONE_DUE if told else DayState.UNKNOWN


def _any(times: Sequence[int], start: int, end: int) -> bool:
    """Whether a time lies in ``[start, end)``."""
    place = bisect_left(times, start)
    return place < len(times) and times[place] < end
