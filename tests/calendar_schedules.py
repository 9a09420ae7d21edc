"""Schedules made up by hypothesis, each with the values that its fields were made from."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule and the values that its text stands for; weekday 0 is Monday."""

    text: str
    weekdays: frozenset[int]
    months: frozenset[int]
    days: frozenset[int]
    hours: frozenset[int]
    minutes: frozenset[int]
    seconds: frozenset[int]


@st.composite
def _item(draw: st.DrawFn, first: int, last: int) -> tuple[str, frozenset[int]]:
    start, end = sorted((draw(st.integers(first, last)), draw(st.integers(first, last))))
    step = draw(st.integers(1, last))
    return draw(
        st.sampled_from(
            [
                (f"{start}", frozenset({start})),
                (f"{start}..{end}", frozenset(range(start, end + 1))),
                (f"{start}/{step}", frozenset(range(start, last + 1, step))),
                (f"{start}..{end}/{step}", frozenset(range(start, end + 1, step))),
            ]
        )
    )


@st.composite
def _field(draw: st.DrawFn, first: int, last: int) -> tuple[str, frozenset[int]]:
    step = draw(st.integers(1, last))
    items = draw(st.lists(_item(first, last), min_size=1, max_size=3))
    listed = ",".join(text for text, _ in items), frozenset[int]().union(*(values for _, values in items))
    every = "*", frozenset(range(first, last + 1))
    stepped = f"*/{step}", frozenset(range(first, last + 1, step))
    return draw(st.sampled_from([every, stepped, listed]))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Schedules of every kind: steps that jump too far, dates that never come."""
    named = draw(st.just(frozenset[int]()) | st.frozensets(st.integers(0, 6), min_size=1))
    (months, month_values), (days, day_values) = draw(_field(1, 12)), draw(_field(1, 31))
    (hours, hour_values), (minutes, minute_values) = draw(_field(0, 23)), draw(_field(0, 59))
    seconds, second_values = draw(_field(0, 59))
    weekdays = ",".join(_WEEKDAYS[number] for number in sorted(named))
    return Schedule(
        text=f"{weekdays} {months}-{days} {hours}:{minutes}:{seconds}".removeprefix(" "),
        weekdays=named or frozenset(range(7)),
        months=month_values,
        days=day_values,
        hours=hour_values,
        minutes=minute_values,
        seconds=second_values,
    )


@st.composite
def plain_schedules(draw: st.DrawFn) -> Schedule:
    """Schedules that name each value and no day after the 28th, so that no jump goes too far."""
    named = draw(st.just(frozenset[int]()) | st.frozensets(st.integers(0, 6), min_size=1))
    months, days, hours, minutes, seconds = (
        draw(st.frozensets(st.integers(first, last), min_size=1, max_size=6))
        for first, last in ((1, 12), (1, 28), (0, 23), (0, 59), (0, 59))
    )
    date, time = (
        separator.join(",".join(map(str, sorted(values))) for values in fields)
        for separator, fields in (("-", (months, days)), (":", (hours, minutes, seconds)))
    )
    weekdays = ",".join(_WEEKDAYS[number] for number in sorted(named))
    return Schedule(
        text=f"{weekdays} {date} {time}".removeprefix(" "),
        weekdays=named or frozenset(range(7)),
        months=months,
        days=days,
        hours=hours,
        minutes=minutes,
        seconds=seconds,
    )


def cron_line(schedule: Schedule) -> str:
    """The schedule as croniter reads it, with seconds; cron's Sunday is 0."""
    fields = (
        schedule.minutes,
        schedule.hours,
        schedule.days,
        schedule.months,
        {(number + 1) % 7 for number in schedule.weekdays},
        schedule.seconds,
    )
    return " ".join(",".join(map(str, sorted(values))) for values in fields)
