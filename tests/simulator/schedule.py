"""A tiny evaluator for the schedules that simulated jobs use; it knows a part of the grammar and refuses the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYWORDS = {
    "hourly": "*:00",
    "daily": "00:00",
    "weekly": "mon 00:00",
    "monthly": "*-*-1 00:00",
    "quarterly": "*-1,4,7,10-1 00:00",
    "yearly": "*-1-1 00:00",
}
_SHAPE = re.compile(
    r"(?:(?P<days>[a-z]{3}[a-z.,]*)\s*)?(?:(?:(?P<year>[12]?[01]?[0-9]?[0-9]|[*])-)?(?P<month>[0-9,.*]+)-(?P<day>[0-9,.*]+)\s*)?"
    r"(?:(?P<hours>[0-9,.*/]+):(?P<minutes>[0-9,.*/]+))?",
)
_HORIZON_DAYS = 366 * 45  # a Monday, 29 February can be forty years off
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A parsed schedule: the days it may fire on, and the times of such a day. None: any."""

    weekdays: frozenset[int] | None
    year: int | None
    months: frozenset[int] | None
    days: frozenset[int] | None
    times: tuple[tuple[int, int], ...]
    utc: bool

    def has(self, day: date) -> bool:
        """Whether it can fire on that day."""
        return (
            (self.weekdays is None or day.weekday() in self.weekdays)
            and (self.year is None or day.year == self.year)
            and (self.months is None or day.month in self.months)
            and (self.days is None or day.day in self.days)
        )


def _numbers(text: str, size: int) -> frozenset[int]:
    """The values of one field; a step must divide the range, since Proxmox's own evaluator is odd otherwise."""
    if text == "*":
        return frozenset(range(size))
    if text.startswith("*/"):
        step = int(text[2:])
        if not 0 < step < size or size % step:
            raise ValueError(f"the simulator does not know the step {text!r}")
        return frozenset(range(0, size, step))
    values: set[int] = set()
    for item in text.split(","):
        low, _, high = item.partition("..")
        if int(high or low) < int(low):
            raise ValueError(f"out of range: {item!r}")
        values.update(range(int(low), int(high or low) + 1))
    if max(values) >= size:
        raise ValueError(f"out of range: {text!r}")
    return frozenset(values)


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for item in text.split(","):
        low, _, high = item.partition("..")
        first, last = _DAYS.index(low), _DAYS.index(high or low)
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


@lru_cache(maxsize=512)
def parse(schedule: str) -> Calendar:
    """Read a schedule; ValueError when it is none, or one the simulator does not know."""
    utc = schedule.endswith(" UTC")
    plain = schedule.removesuffix(" UTC")
    shape = _SHAPE.fullmatch(_KEYWORDS.get(plain, plain.lower()))
    if shape is None or not any(shape.groups()):
        raise ValueError(f"the simulator does not know the schedule {schedule!r}")
    part = shape.groupdict()
    hours = _numbers(part["hours"] or "0", 24)
    minutes = _numbers(part["minutes"] or "0", 60)
    return Calendar(
        weekdays=_weekdays(part["days"]) if part["days"] else None,
        year=None if part["year"] in {None, "*"} else int(part["year"]),
        months=None if part["month"] in {None, "*"} else _numbers(part["month"], 13),
        days=None if part["day"] in {None, "*"} else _numbers(part["day"], 32),
        times=tuple((hour, minute) for hour in sorted(hours) for minute in sorted(minutes)),
        utc=utc,
    )


def _events_of_day(calendar: Calendar, day: date, where: tzinfo) -> Iterator[int]:
    """The epochs of one day; a time inside the spring gap does not fire.

    In the repeated hour of autumn it fires the first time round, as Proxmox mostly does (there it depends on what
    the process was asked before).
    """
    for hour, minute in calendar.times:
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=where)
        instant = local.astimezone(UTC)
        if instant.astimezone(where).replace(tzinfo=None) == local.replace(tzinfo=None):
            yield int(instant.timestamp())


def _walk(schedule: str, where: tzinfo, epoch: int, step: timedelta) -> Iterator[int]:
    """All events, from the day of that epoch on, forwards or backwards by the step."""
    calendar = parse(schedule)
    place = UTC if calendar.utc else where
    day = datetime.fromtimestamp(epoch, place).date()
    if calendar.year is not None and (calendar.year - day.year) * step.days > 0:
        day = date(calendar.year, 1, 1) if step.days > 0 else date(calendar.year, 12, 31)
    for _ in range(_HORIZON_DAYS):
        if calendar.has(day):
            events = list(_events_of_day(calendar, day, place))
            yield from events if step > timedelta(0) else reversed(events)
        day += step


@lru_cache(maxsize=4096)
def next_after(schedule: str, where: tzinfo, epoch: int) -> int | None:
    """The first event strictly after an epoch; None: never."""
    return next((event for event in _walk(schedule, where, epoch, _ONE_DAY) if event > epoch), None)


@lru_cache(maxsize=4096)
def last_until(schedule: str, where: tzinfo, epoch: int) -> int | None:
    """The latest event at or before an epoch; None: never."""
    return next((event for event in _walk(schedule, where, epoch, -_ONE_DAY) if event <= epoch), None)


def between(schedule: str, where: tzinfo, start: int, end: int) -> list[int]:
    """The events after `start` and not after `end`, ascending."""
    events: list[int] = []
    for event in _walk(schedule, where, start, _ONE_DAY):
        if event > end:
            break
        if event > start:
            events.append(event)
    return events
