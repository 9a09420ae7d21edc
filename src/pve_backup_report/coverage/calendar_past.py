"""The newest moment at which a schedule was due, for a job that has followed the schedule from event to event."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from pve_backup_report.coverage.calendar_walk import date_jump, next_event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from pve_backup_report.coverage.calendar_event import CalendarEvent, Values

_FIRST_WALK: Final = 8
_LONGEST_WALK: Final = 64
"""Events that are walked over at a time, about."""


def last_event(event: CalendarEvent, at: int, zone: ZoneInfo, not_before: int) -> int | None:
    """Say when a schedule's newest event was.

    A job that follows its schedule goes from each event to the next. Its walk can jump over a moment that a walk
    begun shortly before it (the job was made or changed there) would meet. Such a moment is not given: no backup
    was due at it for sure.

    Args:
        event: The schedule.
        at: Unix time in seconds; the event may be at this very second.
        zone: The time zone of the node. A schedule with the suffix ``UTC`` does not look at it.
        not_before: Unix time in seconds; older events are not given.

    Returns:
        Unix time in seconds from `not_before` to `at`, or None: no event is there.

    Raises:
        OverflowError: A time is in no year from 1 to 9999.
    """
    newest, limit = _near_below(event, at, zone, not_before)
    if newest is None:
        return None
    # After `limit` there is at most one event, so halve what is before it.
    while (following := next_event(event, newest, zone)) is not None and following <= at:
        middle = (newest + limit) // 2
        later = _followed_event(event, middle, zone) if middle > following else following
        if later is None or later > at:
            limit = middle
        else:
            newest = later
    return newest


def events_before(event: CalendarEvent, at: int, zone: ZoneInfo, reach: int) -> Iterator[int]:
    """Yield the events before a moment, newest first: those that a search from each to the one before it finds.

    Args:
        event: The schedule.
        at: Unix time in seconds.
        zone: The time zone of the node.
        reach: How far before an event to look for the next older one, in seconds.

    Raises:
        OverflowError: A time is in no year from 1 to 9999.
    """
    newest, at_once = last_event(event, at - 1, zone, at - 1 - reach), _FIRST_WALK
    while newest is not None:
        yield newest
        older = last_event(event, newest - 1, zone, newest - 1 - reach)
        if older is None:
            return
        # A walk over many is much less work than a search for each.
        start = max(newest - reach, older - at_once * (newest - older))
        begin = last_event(event, start, zone, newest - reach)
        walked = [older] if begin is None else _walk(event, begin, older, zone)
        yield from reversed(walked[1:])
        newest, at_once = walked[0], min(2 * at_once, _LONGEST_WALK)


def _walk(event: CalendarEvent, begin: int, end: int, zone: ZoneInfo) -> list[int]:
    """All events from one to another, oldest first; the last alone where they are too many."""
    walked = [begin]
    while walked[-1] < end:
        following = next_event(event, walked[-1], zone)
        if following is None or following > end or len(walked) > 4 * _LONGEST_WALK:
            return [end]
        walked.append(following)
    return walked


def _near_below(event: CalendarEvent, at: int, zone: ZoneInfo, not_before: int) -> tuple[int | None, int]:
    """An event shortly before a moment, and a later time (or the moment) after which there is at most one event.

    The event to come tells how long a pause is about, and with that where to begin; then ever further back.
    """
    ahead = _followed_event(event, at, zone)
    limit, back = at, at - not_before + 1 if ahead is None else ahead - at
    while limit >= not_before:
        begin = max(at - back, not_before - 1)
        found = _followed_event(event, begin, zone)
        if found is not None and found <= at:
            return found, limit
        limit, back = begin, 2 * back
    return None, limit


def _followed_event(event: CalendarEvent, after: int, zone: ZoneInfo) -> int | None:
    """The first event after a moment that a job meets which has followed the schedule for long."""
    found = next_event(event, after, zone)
    for before in _ways_in(event, after, zone):
        if found is None or before is None:
            return None
        entry = next_event(event, before, zone)
        found = None if entry is None else max(found, entry)
    return found


def _ways_in(event: CalendarEvent, after: int, zone: ZoneInfo) -> Iterator[int | None]:
    """Where the walk stood before it came into the minute, hour, day, month and year of the second after a moment.

    Only for those into which a jump can go too far; None where no year is left. When the clock shows an hour again,
    the walk stood in its first showing, and from there it jumps over the second.
    """
    rules = UTC if event.utc else zone
    here = datetime.fromtimestamp(after + 1, rules)
    if here.fold:
        yield _change_before(here) - 2
    minute = here.replace(second=0)
    hour = minute.replace(minute=0)
    day = hour.replace(hour=0)
    for values, end, start in ((event.seconds, 59, minute), (event.minutes, 59, hour), (event.hours, 23, day)):
        second = int(start.timestamp()) - 1
        eve = datetime.fromtimestamp(second, rules).replace(hour=0, minute=0, second=0, tzinfo=None, fold=0)
        # Out of a day without events the walk jumps by date, to a midnight.
        if _exceeds(values, end) and date_jump(event, eve) == eve:
            yield second - 1
    month = day.replace(day=1, tzinfo=None, fold=0)
    for values, end, first in ((event.days, 28, month), (event.months, 12, month.replace(month=1))):
        if _exceeds(values, end):
            entry = _way_in_by_date(event, first)
            yield None if entry is None else int(entry.replace(tzinfo=rules).timestamp()) - 1


def _change_before(here: datetime) -> int:
    """The Unix time at which the clock was put back, from a moment that it shows for the second time."""
    now = int(here.timestamp())
    since = range(int(here.replace(fold=0).timestamp()), now + 1)
    offset = here.utcoffset()
    changed = bisect_left(
        since, 1, key=lambda second: datetime.fromtimestamp(second, here.tzinfo).utcoffset() == offset
    )
    return since[changed]


def _exceeds(values: Values, end: int) -> bool:
    return any(span[-1] > end for span in values)


def _way_in_by_date(event: CalendarEvent, first: datetime) -> datetime | None:
    """The day, not before the first of a month, that a walk over days comes to from the month before.

    The walk begins a week before: a jump to another weekday may lead into the new month as well.
    """
    day: datetime | None = first - timedelta(days=7)
    while day is not None and day < first:
        jump = date_jump(event, day)
        day = day + timedelta(days=1) if jump == day else jump
    return day
