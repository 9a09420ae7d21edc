"""The walk over clock times that Proxmox makes to find a calendar event's next moment.

It looks at the fields from the year down to the second, and jumps at the first one that does not hold the clock's
value; so does ``compute_next_event`` in proxmox-time's ``calendar_event.rs``. That is more than a search for the next
time that holds every field, because a jump can go too far:

* A step without an end has no end. At minute 51 the next value of ``*/25`` is 75, so the walk goes on at minute 15 of
  the hour that follows, and what was due at its minute 0 is never met. Months, days and hours do the same.
* The 30th of February is the 1st or 2nd of March. ``*-*-1,30`` jumps from February over the 1st of March.

So it depends on where the walk began whether it meets a moment. A search for matching fields, as cron libraries make
it, gives other answers.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

    from pve_backup_report.coverage.calendar_event import CalendarEvent, Values

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - the walk goes over what the clock shows; zones come with _settle
_SECOND: Final = timedelta(seconds=1)

_MOST_JUMPS: Final = 1000
"""Proxmox looks no further and says that there is no next event; what never comes is found out by this alone."""

_LAST_YEAR: Final = 9000
"""Far enough from the last year of ``datetime`` for every jump. Proxmox would go on."""


def next_event(event: CalendarEvent, after: int, zone: ZoneInfo) -> int | None:
    """Say when a schedule's next event is, as ``compute_next_event`` of proxmox-time does.

    A local time that the clock skips in spring is no event. In the autumn hour that the clock shows twice, the walk
    stays on the side of the change where it is: a time of day is met once, on its first showing. Proxmox itself meets
    the first or the second there, whichever the process that asks has dealt with before.

    Args:
        event: The schedule.
        after: Unix time in seconds; the event is at least one second later.
        zone: The time zone of the node. A schedule with the suffix ``UTC`` does not look at it.

    Returns:
        Unix time in seconds, or None: the schedule has no further event.

    Raises:
        OverflowError: `after` is in no year from 1 to 9999.
    """
    rules: tzinfo = UTC if event.utc else zone
    here = (_EPOCH + (after + 1) * _SECOND).replace(tzinfo=UTC).astimezone(rules)
    shown, offset = here.replace(tzinfo=None, fold=0), _offset(here, rules)
    for _ in range(_MOST_JUMPS + 1):
        jump = _jump(event, shown)
        if jump == shown:
            return (shown - offset - _EPOCH) // _SECOND
        if jump is None or jump.year > _LAST_YEAR:
            return None
        shown, offset = _settle(jump, rules, offset)
    return None


def _jump(event: CalendarEvent, shown: datetime) -> datetime | None:
    """Where to look next: `shown` itself when every field holds its value, None when no year is left."""
    day = datetime(shown.year, shown.month, shown.day)  # noqa: DTZ001 - see _EPOCH
    jump = date_jump(event, day)
    return _time_jump(event, shown) if jump == day else jump


def date_jump(event: CalendarEvent, day: datetime) -> datetime | None:
    """Say which day the walk looks at next, from a day on which it found no event yet.

    Args:
        event: The schedule.
        day: A midnight, without a zone.

    Returns:
        `day` itself when its date and weekday are the schedule's, else a later midnight; None when no year is left.
    """
    year = _at_least(event.years, day.year)
    if year != day.year:
        return None if year is None else _month_start(year, 1)
    month = _at_least(event.months, day.month)
    if month != day.month:
        return _month_start(year, 13 if month is None else month)
    number = _at_least(event.days, day.day)
    if number != day.day:
        return _month_start(year, month + 1) if number is None else day + timedelta(days=number - day.day)
    weekday = _at_least(event.weekdays, day.weekday())
    return day + timedelta(days=(7 if weekday is None else weekday) - day.weekday())


def _month_start(year: int, month: int) -> datetime:
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)  # noqa: DTZ001 - see _EPOCH


def _time_jump(event: CalendarEvent, shown: datetime) -> datetime:
    hour = _at_least(event.hours, shown.hour)
    if hour != shown.hour:
        return shown.replace(hour=0, minute=0, second=0) + timedelta(hours=24 if hour is None else hour)
    minute = _at_least(event.minutes, shown.minute)
    if minute != shown.minute:
        return shown.replace(minute=0, second=0) + timedelta(minutes=60 if minute is None else minute)
    second = _at_least(event.seconds, shown.second)
    return shown.replace(second=0) + timedelta(seconds=60 if second is None else second)


def _at_least(values: Values, value: int) -> int | None:
    """The smallest of a field's values that is not below `value`, None when there is none left."""
    if not values:
        return value
    least: int | None = None
    for span in values:
        if value in span:
            return value
        # the first of the span's values that is above
        above = span.start if value < span.start else value + (span.start - value) % span.step
        if above < span.stop and (least is None or above < least):
            least = above
    return least


def _settle(shown: datetime, rules: tzinfo, offset: timedelta) -> tuple[datetime, timedelta]:
    """Put a clock time where it exists, as libc's ``mktime`` does: what it becomes, and its offset from UTC."""
    early = _offset(shown, rules)
    late = _offset(shown.replace(fold=1), rules)
    if early < late:  # The clock skips this time, and shows one as much later as it was put forward.
        return shown + (late - early), late
    return shown, late if offset == late else early


def _offset(shown: datetime, rules: tzinfo) -> timedelta:
    offset = rules.utcoffset(shown)
    if offset is None:  # pragma: no cover - no zone of zoneinfo answers so; the type allows it
        raise ValueError(f"{rules} has no offset at {shown}")
    return offset
