"""Due backups met: the days of every guest, remembered beyond what the nodes keep, and added up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import dropwhile, takewhile

from pve_backup_report.model.day import DayState
from pve_backup_report.model.past import Met

REACHES = (7, 30, 90)  # days
DAY_S = 86_400
_SURE = (DayState.OK, DayState.FAILED)
_BAD = (DayState.FAILED, DayState.MISSED)


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day of one guest as a run judged it.

    Attributes:
        state: how it went.
        over: the day was over when it was judged.
        due: a backup was due on it.
    """

    state: DayState
    over: bool
    due: bool = True


Days = Mapping[date, KeptDay]


def merged(kept: KeptDay | None, seen: KeptDay) -> KeptDay:
    """Return what is known of a day after another run looked at it.

    What a run knew when the day was over stays known, though the archive was pruned since and the task is forgotten, or
    the job has another schedule today. Only a good backup or a failure that was really seen takes its place.
    """
    if kept is None or (kept.state is DayState.UNKNOWN and not (kept.over and seen.state is DayState.NONE_DUE)):
        return seen
    if seen.state is DayState.UNKNOWN:
        return kept
    due = kept.due if kept.over else seen.due  # as the jobs were when the day was over
    if seen.state in _SURE:
        return KeptDay(seen.state, kept.over or seen.over, due)
    if kept.over or kept.state in _SURE:
        return KeptDay(kept.state, kept.over or seen.over, due)
    return seen


def remembered(
    kept: Days, shown: Sequence[date], states: Sequence[DayState], due: Sequence[bool]
) -> dict[date, KeptDay]:
    """Return all the days of a guest: those kept, with those that this run saw merged in.

    Args:
        kept: by day.
        shown: the days that this run looked at, the last one that of the run itself.
        states: how they went, in the same order.
        due: whether a backup was due, in the same order; empty when none is of this guest.
    """
    days = dict(kept)
    for place, (day, state) in enumerate(zip(shown, states, strict=True)):
        seen = KeptDay(state, over=day < shown[-1], due=bool(due) and due[place])
        days[day] = merged(days.get(day), seen)
    return days


def met(guests: Iterable[Days], today: date) -> tuple[Met, ...]:
    """Return the share of due backups that were met over each reach; a day that is not over counts once it is judged.

    Args:
        guests: the days of each guest.
        today: the day of the run.
    """
    per_day: dict[date, Counter[DayState]] = {}
    for days in guests:
        for day, kept in days.items():
            if kept.due:
                per_day.setdefault(day, Counter())[kept.state] += 1
    return met_by_day(per_day, today)


def met_by_day(per_day: Mapping[date, Counter[DayState]], today: date) -> tuple[Met, ...]:
    """Return the same of how many guests of which one was due had each state, day by day."""
    return tuple(_met(per_day, today, reach) for reach in REACHES)


def streak(days: Days) -> int:
    """Return how many due days in a row, up to the last one judged, were met, or as a negative number were not."""
    newest_first = (
        days[day] for day in sorted(days, reverse=True) if days[day].due and days[day].state is not DayState.NONE_DUE
    )
    judged = dropwhile(lambda day: day.state is DayState.UNKNOWN and not day.over, newest_first)
    known = [day.state for day in takewhile(lambda day: day.state is not DayState.UNKNOWN, judged)]
    if not known:
        return 0
    bad = known[0] in _BAD
    length = len(list(takewhile(lambda state: (state in _BAD) == bad, known)))
    return -length if bad else length


def _met(per_day: Mapping[date, Counter[DayState]], today: date, reach: int) -> Met:
    first = today - timedelta(days=reach - 1)
    counts: Counter[DayState] = Counter()
    days = [day for day in per_day if first <= day <= today]
    for day in days:
        counts += per_day[day]
    known = sum(any(state is not DayState.UNKNOWN for state in per_day[day]) for day in days)
    return Met(reach, known, counts[DayState.OK], sum(counts[state] for state in _BAD), counts[DayState.UNKNOWN])
