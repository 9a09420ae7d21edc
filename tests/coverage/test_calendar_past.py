"""The newest event: the same events as the walk forward finds, found from their end."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from calendar_moments import epoch, written
from calendar_schedules import Schedule, schedules
from pve_backup_report.coverage.calendar_event import parse_calendar_event
from pve_backup_report.coverage.calendar_past import events_before, last_event
from pve_backup_report.coverage.calendar_walk import next_event

_LONG_AGO = 0
_PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("02:30", "2026-03-04 10:20:30", "2026-03-04 02:30:00"),
        ("02:30", "2026-03-04 02:30:00", "2026-03-04 02:30:00"),
        ("02:30", "2026-03-04 02:29:59", "2026-03-03 02:30:00"),
        ("mon..fri 22:00", "2026-03-08 12:00:00", "2026-03-06 22:00:00"),
        ("mon 2:*", "2026-03-08 12:00:00", "2026-03-02 02:59:00"),
        ("*:*:*", "2026-03-04 10:20:30", "2026-03-04 10:20:30"),
        ("1-1 *:*:*", "2026-03-04 10:20:30", "2026-01-01 23:59:59"),
        ("yearly", "2026-03-04 10:20:30", "2026-01-01 00:00:00"),
        ("02-29", "2026-03-04 10:20:30", "2024-02-29 00:00:00"),
        ("mon 02-29", "2026-03-04 10:20:30", "2016-02-29 00:00:00"),
        ("2015-10-21", "2026-03-04 10:20:30", "2015-10-21 00:00:00"),
        # A jump goes over these days and hours, so nothing was due at them.
        ("*/5:00", "2026-03-04 04:59:59", "2026-03-03 20:00:00"),
        ("*-*-1,30", "2026-03-29 00:00:00", "2026-02-01 00:00:00"),
        ("*-*-*/20", "2026-03-10 00:00:00", "2026-02-21 00:00:00"),
        ("*-*/5-01 *:*", "2026-04-01 00:00:00", "2025-11-01 23:59:00"),
        ("*/17:*", "2026-03-04 12:00:00", "2026-03-03 17:59:00"),
        # A jump to a Monday does not go over the first of the month.
        ("mon *-*-1/7", "2027-02-05 00:00:00", "2027-02-01 00:00:00"),
        ("sat,sun *-4,16..17/19,29/7", "2025-10-05 00:00:00", "2025-10-04 00:00:00"),
    ],
)
def test_the_newest_event_is_the_last_one_that_a_job_has_met(text: str, at: str, expected: str) -> None:
    found = last_event(parse_calendar_event(text), epoch(at), ZoneInfo("UTC"), _LONG_AGO)
    assert found is not None
    assert written(found) == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("*:*:*/50", "2026-03-04 12:01:00"),
        ("*/40", "2026-03-04 12:00:00"),
        ("*/5:00", "2026-03-04 00:00:00"),
        ("*-*-*/20", "2026-03-01 00:00:00"),
        ("*-*-1,30", "2026-03-01 00:00:00"),
        ("*-*/5-01", "2026-01-01 00:00:00"),
    ],
)
def test_what_only_a_walk_begun_just_before_meets_is_no_newest_event(text: str, moment: str) -> None:
    event, at = parse_calendar_event(text), epoch(moment)
    assert next_event(event, at - 1, ZoneInfo("UTC")) == at
    assert last_event(event, at, ZoneInfo("UTC"), at) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("*:*:*/15", "2026-03-04 12:01:00"),
        ("12:*/40", "2026-03-04 12:00:00"),
        ("wed */5:00", "2026-03-04 00:00:00"),
        ("*-*-1,29", "2024-03-01 00:00:00"),
        ("*-*/3-01", "2026-01-01 00:00:00"),
        ("mon *-*-1/7", "2027-02-01 00:00:00"),
        ("mon *-*-1/7 */5:00", "2027-02-01 00:00:00"),
    ],
)
def test_what_comes_after_a_step_or_a_late_day_and_is_met_is_the_newest_event(text: str, moment: str) -> None:
    event, at = parse_calendar_event(text), epoch(moment)
    assert last_event(event, at, ZoneInfo("UTC"), at) == at


@pytest.mark.parametrize("text", ["*-02-30", "*-*-0", "2027-01-01", "99-01-01", "sun *-3-25..31 02:30"])
def test_where_nothing_was_due_there_is_no_newest_event(text: str) -> None:
    assert last_event(parse_calendar_event(text), epoch("2026-11-21"), _PARIS, epoch("2026-01-01")) is None


def test_an_event_before_the_time_looked_at_is_not_given() -> None:
    yearly, newest = parse_calendar_event("yearly"), epoch("2026-01-01")
    assert last_event(yearly, epoch("2026-03-04"), ZoneInfo("UTC"), newest) == newest
    assert last_event(yearly, epoch("2026-03-04"), ZoneInfo("UTC"), newest + 1) is None


def test_no_time_to_look_at_holds_no_event() -> None:
    assert last_event(parse_calendar_event("*:*:*"), 1000, _PARIS, 1001) is None


def test_a_day_on_which_the_clock_skips_the_time_is_left_out() -> None:
    event = parse_calendar_event("2:30")
    assert last_event(event, epoch("2026-03-29 12:00", "Europe/Paris"), _PARIS, _LONG_AGO) == epoch(
        "2026-03-28 02:30", "Europe/Paris"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2:15", "2026-10-25 00:15:00"), ("*/15", "2026-10-25 00:45:00"), ("*:*:*", "2026-10-25 01:50:00")],
)
def test_in_an_hour_shown_again_the_newest_event_is_of_its_first_showing(text: str, expected: str) -> None:
    # At 02:50 for the second time. Only what is met second by second goes on into it.
    found = last_event(parse_calendar_event(text), epoch("2026-10-25 01:50"), _PARIS, epoch("2026-10-20"))
    assert found is not None
    assert written(found) == expected


@st.composite
def _daytimes(draw: st.DrawFn) -> str:
    schedule = draw(schedules())
    weekdays = "" if len(schedule.weekdays) == 7 else schedule.text.split(" ", maxsplit=1)[0] + " "
    hours, minutes, _ = schedule.text.rsplit(" ", maxsplit=1)[1].split(":")
    return f"{weekdays}{hours}:{minutes}"


@settings(deadline=None, max_examples=40)
@given(
    _daytimes(),
    st.sampled_from(
        ["2026-03-29 01:00", "2026-10-25 01:00", "2026-04-04 15:00", "2026-09-06 04:00", "2026-06-15 00:00"]
    ),
    st.integers(-86400, 2 * 86400),
    st.sampled_from(["UTC", "Europe/Paris", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
@example("*/17:*", "2026-06-15 00:00", 5 * 3600, "UTC")
@example("*:*", "2026-10-25 01:00", 1800, "Europe/Paris")
def test_it_is_the_event_that_a_walk_from_long_ago_ends_at(text: str, around: str, off: int, name: str) -> None:
    event, zone, at = parse_calendar_event(text), ZoneInfo(name), epoch(around) + off
    oldest, newest, following = at - 2 * 86400, None, next_event(event, at - 4 * 86400, zone)
    while following is not None and following <= at:
        newest = following if following >= oldest else None
        following = next_event(event, following, zone)
    assert last_event(event, at, zone, oldest) == newest


@settings(deadline=None, max_examples=80)
@given(schedules(), st.integers(epoch("2015-01-01"), epoch("2030-01-01")))
def test_no_event_lies_between_the_newest_and_now(schedule: Schedule, at: int) -> None:
    event, zone = parse_calendar_event(schedule.text), ZoneInfo("America/Santiago")
    newest = last_event(event, at, zone, _LONG_AGO)
    assume(newest is not None)
    assert newest is not None
    following = next_event(event, newest, zone)
    assert newest <= at
    assert following is None or following > at
    assert next_event(event, newest - 1, zone) == newest
    assert last_event(event, newest, zone, _LONG_AGO) == newest


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["02:30", "mon..fri 22:00", "*/15", "hourly", "sat 1,13:*/20", "monthly", "*-1,15 3:00:10"]),
    st.data(),
)
def test_the_next_event_is_the_newest_once_it_has_come(text: str, data: st.DataObject) -> None:
    event, zone = parse_calendar_event(text), ZoneInfo("UTC")
    after = data.draw(st.integers(epoch("2015-01-01"), int(datetime(2035, 1, 1, tzinfo=UTC).timestamp())))
    following = next_event(event, after, zone)
    assert following is not None
    assert last_event(event, following, zone, _LONG_AGO) == following
    previous = last_event(event, following - 1, zone, _LONG_AGO)
    assert previous is not None
    assert previous <= after
    assert next_event(event, previous, zone) == following


@settings(deadline=None, max_examples=40)
@given(
    schedules().map(lambda schedule: schedule.text) | st.sampled_from(["02:30", "sat 3:00", "*-1,15 1:00", "*/5:00"]),
    st.integers(epoch("2015-01-01"), epoch("2030-01-01")),
    st.sampled_from([1, 400, 4000]),
)
@example("02:30", epoch("2026-10-27"), 400)
@example("*:*:*", epoch("2026-10-25 01:00:05"), 1)
def test_the_events_before_are_those_of_one_search_after_the_other(text: str, at: int, days: int) -> None:
    event, zone, reach = parse_calendar_event(text), _PARIS, days * 86400
    searched: list[int] = []
    while len(searched) < 30:
        before = (searched[-1] if searched else at) - 1
        found = last_event(event, before, zone, before - reach)
        if found is None:
            break
        searched.append(found)
    assert list(islice(events_before(event, at, zone, reach), 30)) == searched
