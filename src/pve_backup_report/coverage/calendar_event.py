"""A calendar event: a schedule such as ``mon..fri 22:00``, read as Proxmox's own parser reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import Final, TypeAlias

Values: TypeAlias = tuple[range, ...]
"""The values a field takes, as ranges in no special order. Empty means that every value will do."""

_HOURS: Final = range(24)
_SIXTIETHS: Final = range(60)
_DAYS: Final = range(1, 32)
_MONTHS: Final = range(1, 13)
_YEARS: Final = range(2200)

_ENDLESS: Final = MAXYEAR + 1
"""Where a step without an end stops: above every value of every field, because Proxmox has no end for it."""

_WEEKDAYS: Final = {
    spelling: number
    for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    for spelling in (name, name[:3])
}

_KEYWORDS: Final = {
    "minutely": "*:*",
    "hourly": "*:0",
    "daily": "0:0",
    "weekly": "mon",
    "monthly": "*-1",
    "quarterly": "1,4,7,10-1",
    "semiannually": "1,7-1",
    "semi-annually": "1,7-1",
    "yearly": "1-1",
    "annually": "1-1",
}

# The groups are atomic, `(?>…)`: what was read is never read again in another way. Proxmox's parser does not go back
# either, and the time to read a text grows only with its length.
_ITEM: Final = r"[0-9]++(?:\.\.[0-9]++)?(?:/[0-9]++)?"
_LIST: Final = rf"(?>\*(?:/[0-9]++)?|{_ITEM}(?:,{_ITEM})*)"
_WEEKDAY: Final = r"[A-Za-z]++(?:\.\.[A-Za-z]++)?"
_SHAPE: Final = re.compile(
    rf"(?:(?P<weekdays>(?>{_WEEKDAY}(?:,{_WEEKDAY})*))[ \t]*+)?"
    rf"(?P<date>(?:(?P<years>{_LIST})-)?(?P<months>{_LIST})-(?P<days>{_LIST})[ \t]*+)?"
    rf"(?P<time>(?:(?P<hours>{_LIST}):)?(?P<minutes>{_LIST})(?::(?P<seconds>{_LIST}))?)?"
)


class InvalidCalendarEvent(ValueError):  # noqa: N818 - the its callers read it as what was met, not as an accident
    """A schedule that Proxmox does not accept; the message names it and says what is wrong."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A schedule's fields; a moment is an event when each field holds the moment's value.

    Attributes:
        text: The schedule as it was written.
        utc: True: the fields are in UTC; False: in the time zone of the node.
        weekdays: 0 (Monday) to 6 (Sunday).
        years: Literal years, so ``26`` is not 2026.
        months: From 1.
        days: Days of the month, from 1. Proxmox accepts 0, which no day has.
        hours: From 0.
        minutes: From 0.
        seconds: From 0.
    """

    text: str
    utc: bool
    weekdays: Values
    years: Values
    months: Values
    days: Values
    hours: Values
    minutes: Values
    seconds: Values


def parse_calendar_event(text: str) -> CalendarEvent:
    """Read a schedule with the grammar of proxmox-time's ``calendar_event.rs``.

    Args:
        text: A job's schedule, just as the API gives it: Proxmox does not forgive blanks around it.

    Returns:
        The schedule's fields.

    Raises:
        InvalidCalendarEvent: Proxmox's parser rejects the text.
    """
    try:
        return _parse(text)
    except InvalidCalendarEvent as wrong:
        raise InvalidCalendarEvent(f"{text!r} is not a calendar event: {wrong}") from None


def _parse(text: str) -> CalendarEvent:
    body = text.removesuffix("UTC").rstrip(" ") if (utc := text.endswith("UTC")) else text
    body = _KEYWORDS.get(body, body)
    shape = _SHAPE.match(body)
    if shape is None or not shape.group():
        raise InvalidCalendarEvent("it does not begin with a weekday, a date or a time")
    if shape.end() < len(body):
        raise InvalidCalendarEvent(f"no meaning for {body[shape.end() :]!r}")
    weekdays = _weekdays(shape["weekdays"]) if shape["weekdays"] else ()
    years, months, days = _date(shape) if shape["date"] else ((), (), ())
    hours, minutes, seconds = _time(shape) if shape["time"] else (_only(0), _only(0), _only(0))
    return CalendarEvent(text, utc, weekdays, years, months, days, hours, minutes, seconds)


def _only(value: int) -> Values:
    return (range(value, value + 1),)


def _weekdays(text: str) -> Values:
    values: list[range] = []
    for item in text.split(","):
        first, _, last = item.partition("..")
        start = _weekday(first)
        end = _weekday(last) if last else start
        # A range may pass the end of the week: fri..mon.
        values += [range(start, end + 1)] if start <= end else [range(start, 7), range(end + 1)]
    return tuple(values)


def _weekday(name: str) -> int:
    number = _WEEKDAYS.get(name.lower())
    if number is None:
        raise InvalidCalendarEvent(f"no weekday is called {name!r}")
    return number


def _date(shape: re.Match[str]) -> tuple[Values, Values, Values]:
    years = _values(shape["years"], _YEARS) if shape["years"] else ()
    return years, _values(shape["months"], _MONTHS), _values(shape["days"], _DAYS)


def _time(shape: re.Match[str]) -> tuple[Values, Values, Values]:
    hours, minutes, seconds = shape["hours"], shape["minutes"], shape["seconds"]
    if hours and not seconds and not _can_be(hours, _HOURS):
        # What can be no hour is read again as the minute, and what follows it as the second: 24:00 is no time of day.
        hours, minutes, seconds = None, hours, minutes
    return (
        _values(hours, _HOURS) if hours else (),
        _values(minutes, _SIXTIETHS),
        _values(seconds, _SIXTIETHS) if seconds else _only(0),
    )


def _can_be(text: str, field: range) -> bool:
    try:
        _values(text, field)
    except InvalidCalendarEvent:
        return False
    return True


def _values(text: str, field: range) -> Values:
    """Read ``*``, ``*/step`` or a list; the numbers, steps too, must be below the field's end."""
    if text == "*":
        return ()
    if text.startswith("*"):
        step = _number(text.removeprefix("*/"), field)
        if not step:
            raise InvalidCalendarEvent("a step of 0 after '*'")
        return (range(field.start, _ENDLESS, step),)
    return tuple(dict.fromkeys(_item(item, field) for item in text.split(",")))


def _item(text: str, field: range) -> range:
    span, _, step_text = text.partition("/")
    first, _, last = span.partition("..")
    start = _number(first, field)
    step = _number(step_text, field) if step_text else None
    if last:
        end = _number(last, field)
        if start > end:
            raise InvalidCalendarEvent(f"the range {span!r} ends before it starts")
    else:
        end = start
    if step == 0:
        return range(start, start + 1)
    if step and not last:
        return range(start, _ENDLESS, step)
    return range(start, end + 1, step or 1)


def _number(digits: str, field: range) -> int:
    plain = digits.lstrip("0") or "0"
    if len(plain) > len(str(field.stop)) or int(plain) >= field.stop:
        raise InvalidCalendarEvent(f"{digits!r} is above {field.stop - 1}")
    return int(plain)
