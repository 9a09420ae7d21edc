"""The grammar of calendar events, and what Proxmox's documentation and tests say that schedules mean."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calendar_moments import epoch, events, written
from pve_backup_report.coverage.calendar_event import CalendarEvent, InvalidCalendarEvent, parse_calendar_event
from pve_backup_report.coverage.calendar_walk import next_event

_MINUTE = 60
_HOUR = 3600
_DAY = 86400

_FROM_1970: tuple[tuple[str, int, int], ...] = (
    # schedule, looked for after, next: seconds since the start of 1970, a Thursday
    ("0", 0, _HOUR),
    ("*:0", 0, _HOUR),
    ("*:*:*", 0, 1),
    ("mon *:*", 0, 4 * _DAY),
    ("mon 2:50", 0, 4 * _DAY + 2 * _HOUR + 50 * _MINUTE),
    ("tue", 0, 5 * _DAY),
    ("wed", 0, 6 * _DAY),
    ("thu", 0, 7 * _DAY),
    ("fri", 0, _DAY),
    ("sat", 0, 2 * _DAY),
    ("sun", 0, 3 * _DAY),
    ("5,10:4,8", 0, 5 * _HOUR + 4 * _MINUTE),
    ("10,5:8,4", 0, 5 * _HOUR + 4 * _MINUTE),
    ("5/2:0", 0, 5 * _HOUR),
    ("5/2:0", 5 * _HOUR, 7 * _HOUR),
    ("5/2:0", 7 * _HOUR, 9 * _HOUR),
    ("5/2:0", 9 * _HOUR, 11 * _HOUR),
    ("daily", 0, _DAY),
    ("daily", 1, _DAY),
    ("minutely", 0, _MINUTE),
    ("hourly", 0, _HOUR),
    ("weekly", 0, 4 * _DAY),
    ("monthly", 0, 31 * _DAY),
    ("quarterly", 0, 90 * _DAY),
    ("semiannually", 0, 181 * _DAY),
    ("semi-annually", 0, 181 * _DAY),
    ("yearly", 0, 365 * _DAY),
    ("annually", 0, 365 * _DAY),
    ("2020-07-31", 0, 1596153600),
    ("02-28", 0, 58 * _DAY),
    ("02-29", 0, epoch("1972-02-29")),
    ("1965/5-01-01", -1, 0),
    ("2020-7..9-2/2", epoch("2020-07-31"), epoch("2020-08-02")),
    ("2020,2021-12-31", epoch("2020-07-31"), 1609372800),
    ("*/10", 0, 600),
    ("*/10", 599, 600),
    ("*/10", 600, 1200),
    ("*/12:0", 10, 43200),
    ("*/12:0", 13 * _HOUR, 24 * _HOUR),
    ("1/12:0/15", 0, _HOUR),
    ("1/12:0/15", 13 * _HOUR + 45 * _MINUTE, 25 * _HOUR),
    ("1,4,6", 60, 240),
    ("1,4,6", 300, 360),
    ("1,4,6", 360, 3660),
    ("sat..sun", 0, 2 * _DAY),
    ("sat..sun", 2 * _DAY, 3 * _DAY),
    ("sat..sun", 3 * _DAY, 9 * _DAY),
    ("20..22:*/30", 0, 20 * _HOUR),
    ("20..22:*/30", 22 * _HOUR + 30 * _MINUTE, 44 * _HOUR),
    ("*", 0, 60),
    ("*:*", 0, 60),
    ("*:3:5", 0, 185),
    ("mon 2:*", 0, 4 * _DAY + 2 * _HOUR),
    ("4..10/2:0", 0, 4 * _HOUR),
    ("4..10/2:0", 5 * _HOUR, 6 * _HOUR),
    ("4..10/2:0", 11 * _HOUR, _DAY + 4 * _HOUR),
    ("6,4..10:23,5/5", 0, 4 * _HOUR + 5 * _MINUTE),
    ("1:0", 15 * _HOUR, _DAY + _HOUR),
    ("22/1:0", 0, 22 * _HOUR),
    ("22/1:0", 22 * _HOUR, 23 * _HOUR),
    ("2,4:0,1,3..5", 2 * _HOUR + 5 * _MINUTE, 4 * _HOUR),
)

_FROM_MARCH_2026: tuple[tuple[str, str, str], ...] = (
    # schedule, the two next events after Wednesday 2026-03-04 10:20:30; "" is never
    ("22", "2026-03-04 10:22:00", "2026-03-04 11:22:00"),
    ("mon..fri 22", "2026-03-04 10:22:00", "2026-03-04 11:22:00"),
    ("mon..fri 22:00", "2026-03-04 22:00:00", "2026-03-05 22:00:00"),
    ("24:00", "2026-03-04 10:24:00", "2026-03-04 11:24:00"),
    ("45:10", "2026-03-04 10:45:10", "2026-03-04 11:45:10"),
    ("21:00", "2026-03-04 21:00:00", "2026-03-05 21:00:00"),
    ("02:30", "2026-03-05 02:30:00", "2026-03-06 02:30:00"),
    ("2:30", "2026-03-05 02:30:00", "2026-03-06 02:30:00"),
    ("*:0/15", "2026-03-04 10:30:00", "2026-03-04 10:45:00"),
    ("*/15", "2026-03-04 10:30:00", "2026-03-04 10:45:00"),
    ("*/7", "2026-03-04 10:21:00", "2026-03-04 10:28:00"),
    ("8:00/15", "2026-03-05 08:00:00", "2026-03-05 08:15:00"),
    ("mon..fri 8..17,22:0/15", "2026-03-04 10:30:00", "2026-03-04 10:45:00"),
    ("*/2:*", "2026-03-04 10:21:00", "2026-03-04 10:22:00"),
    ("12/2:5", "2026-03-04 12:05:00", "2026-03-04 14:05:00"),
    ("12,14,16,18,20,22:5", "2026-03-04 12:05:00", "2026-03-04 14:05:00"),
    ("fri 12..13:5/20", "2026-03-06 12:05:00", "2026-03-06 12:25:00"),
    ("mon..wed 30/10", "2026-03-04 10:30:00", "2026-03-04 10:40:00"),
    ("sat", "2026-03-07 00:00:00", "2026-03-14 00:00:00"),
    ("SAT", "2026-03-07 00:00:00", "2026-03-14 00:00:00"),
    ("Saturday", "2026-03-07 00:00:00", "2026-03-14 00:00:00"),
    ("sun..sat", "2026-03-05 00:00:00", "2026-03-06 00:00:00"),
    ("fri..mon 01:00", "2026-03-06 01:00:00", "2026-03-07 01:00:00"),
    ("mon,wed,fri", "2026-03-06 00:00:00", "2026-03-09 00:00:00"),
    ("*-05", "2026-03-05 00:00:00", "2026-04-05 00:00:00"),
    ("*-*-05", "2026-03-05 00:00:00", "2026-04-05 00:00:00"),
    ("Sat *-1..7 15:00", "2026-03-07 15:00:00", "2026-04-04 15:00:00"),
    ("sun *-*-1..7 04:00", "2026-04-05 04:00:00", "2026-05-03 04:00:00"),
    ("*-*-1,15 00:30", "2026-03-15 00:30:00", "2026-04-01 00:30:00"),
    ("*-*-31", "2026-03-31 00:00:00", "2026-05-31 00:00:00"),
    ("02-29", "2028-02-29 00:00:00", "2032-02-29 00:00:00"),
    ("2015-10-21", "", ""),
    ("2026-12-24 18:00", "2026-12-24 18:00:00", ""),
    ("26-03-05", "", ""),
    ("*-3/3-1", "2026-06-01 00:00:00", "2026-09-01 00:00:00"),
    ("2026..2027-*-1", "2026-04-01 00:00:00", "2026-05-01 00:00:00"),
    ("mon *-*-13", "2026-04-13 00:00:00", "2026-07-13 00:00:00"),
    ("fri *-*-13 12:00", "2026-03-13 12:00:00", "2026-11-13 12:00:00"),
    ("10:20:30", "2026-03-05 10:20:30", "2026-03-06 10:20:30"),
    ("10:20:31", "2026-03-04 10:20:31", "2026-03-05 10:20:31"),
    ("*:*:0/20", "2026-03-04 10:20:40", "2026-03-04 10:21:00"),
    ("22..23:*/30", "2026-03-04 22:00:00", "2026-03-04 22:30:00"),
    ("mon2:50", "2026-03-09 02:50:00", "2026-03-16 02:50:00"),
    ("Mon..Fri  2:00", "2026-03-05 02:00:00", "2026-03-06 02:00:00"),
    ("5-6", "2026-05-06 00:00:00", "2027-05-06 00:00:00"),
    ("dailyUTC", "2026-03-05 00:00:00", "2026-03-06 00:00:00"),
    ("*-*-* *:*:00", "2026-03-04 10:21:00", "2026-03-04 10:22:00"),
    ("*-01,04,07,10-01 00:00:00", "2026-04-01 00:00:00", "2026-07-01 00:00:00"),
    ("12:00,13:00", "2026-03-04 12:00:00", "2026-03-04 12:13:00"),
    ("0/24:0", "2026-03-04 10:24:00", "2026-03-04 10:48:00"),
    ("*/30:0", "2026-03-04 10:30:00", "2026-03-04 11:00:00"),
    ("1,0/24:5", "2026-03-04 10:24:05", "2026-03-04 10:48:05"),
    ("7/0:0", "2026-03-05 07:00:00", "2026-03-06 07:00:00"),
    ("7..9/0:0", "2026-03-05 07:00:00", "2026-03-06 07:00:00"),
    ("2026-03-05*:30", "2026-03-05 00:30:00", "2026-03-05 01:30:00"),
    ("sat *-*", "2026-03-07 00:00:00", "2026-03-14 00:00:00"),
    ("000000000000000000011:00000", "2026-03-04 11:00:00", "2026-03-05 11:00:00"),
)

_ALSO_VALID = (
    *("0..3", "23..23:0..3", "mon */15", "wed,mon..tue,fri", "mon,wed..fri", "fri..mon", "MON", "monDay", "Tuesday"),
    *(
        "mon,tue..wednesday,fri..sat",
        "mon\t2:00",
        "mon ",
        "2020-07-31 ",
        "monUTC",
        "mon\tUTC",
        "2:00  UTC",
        "*-*-0",
        "0-0-0",
    ),
)

_INVALID = (
    *("", "61", "*/61", "0..80", " mon 0 0", " mon 0 0 0", " ", "\n", "UTC", " UTC", "UTCUTC", "2:00UTC ", "2:00\tUTC"),
    *(
        "Daily",
        "HOURLY",
        "daily 12:00",
        "@daily",
        "bi-annually",
        "minutely ",
        "daily ",
        "2:00 utc",
        "12:00 Europe/Vienna",
    ),
    *(
        "mon-fri",
        "mon, tue",
        "mon ,tue",
        "mon,,tue",
        "mond",
        "tues",
        "m",
        "mon..",
        "monday,",
        "mon..fri,22:00",
        "..mon",
    ),
    *(
        "12:60",
        "*/60",
        "*/0",
        "*/0:0",
        "5..3",
        "22..6:00",
        "*,5",
        "5,*",
        "1,2,",
        "1,:0",
        ",1:0",
        "1,,2:0",
        "1;2:0",
        "1..2..3",
    ),
    *(
        "1:2:",
        "1:2:3:4",
        "*:*:*:*",
        "*:",
        ":5",
        "24:00:00",
        "12:00-14:00",
        "12:00:00.5",
        "12h",
        "2:00 ",
        " 2:00",
        "* *",
    ),
    *(
        "2020-07",
        "2020",
        "2020-13-01",
        "*-*-32",
        "*-*-~1",
        "2200-01-01",
        "2020-07-31T12:00",
        "-01-01",
        "1-15:00",
        "*-*-1/32",
    ),
    *("0 3 * * *", "18446744073709551616:0", "0x10:00", "-1:0", "१२:००", "2:00 #x", "mon 25:61"),
)


@pytest.mark.parametrize(("text", "after", "expected"), _FROM_1970)
def test_a_schedule_of_the_upstream_tests_is_next_met_when_they_say(text: str, after: int, expected: int) -> None:
    assert next_event(parse_calendar_event(text), after, ZoneInfo("UTC")) == expected


@pytest.mark.parametrize(("text", "first", "second"), _FROM_MARCH_2026)
def test_a_schedule_is_next_met_at_these_two_moments(text: str, first: str, second: str) -> None:
    found = events(text, epoch("2026-03-04 10:20:30"), count=2)
    assert [written(moment) for moment in found] == [moment for moment in (first, second) if moment]


@pytest.mark.parametrize("text", ["2021-02-29", "02-30", "04-31", "*-04,06-31", "thu 2024-02-29", "*-*-0", "99-01-01"])
def test_a_date_that_never_comes_is_valid_and_has_no_event(text: str) -> None:
    assert events(text, epoch("2026-03-04")) == ()


def test_the_suffix_utc_sets_the_node_s_zone_aside() -> None:
    sunday = epoch("2018-10-28", "Europe/Vienna")
    assert events("mon..fri", sunday, "Europe/Vienna", 1) == (epoch("2018-10-29", "Europe/Vienna"),)
    assert events("mon..fri UTC", sunday, "Europe/Vienna", 1) == (epoch("2018-10-29 01:00", "Europe/Vienna"),)


@pytest.mark.parametrize("text", _ALSO_VALID)
def test_a_schedule_that_proxmox_accepts_is_read_and_keeps_its_text(text: str) -> None:
    assert parse_calendar_event(text).text == text


@pytest.mark.parametrize("text", _INVALID)
def test_a_schedule_that_proxmox_rejects_is_rejected_by_name(text: str) -> None:
    with pytest.raises(InvalidCalendarEvent) as caught:
        parse_calendar_event(text)
    assert str(caught.value).startswith(f"{text!r} is not a calendar event: ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12:00 13:00", "no meaning for ' 13:00'"),
        ("mond 2:00", "no weekday is called 'mond'"),
        ("12:60", "'60' is above 59"),
        ("5..3", "the range '5..3' ends before it starts"),
        ("*/0", "a step of 0 after '*'"),
        ("UTC", "it does not begin with a weekday, a date or a time"),
    ],
)
def test_the_message_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(InvalidCalendarEvent, match="is not a calendar event") as caught:
        parse_calendar_event(text)
    assert str(caught.value).endswith(reason)


def test_all_seven_days_are_the_same_as_no_day_named() -> None:
    after = epoch("2026-03-04 10:20:30")
    assert events("sun..sat 4:00", after) == events("4:00", after) == events("mon,tue..sun 4:00", after)


def _read(text: str) -> CalendarEvent | None:
    try:
        return parse_calendar_event(text)
    except InvalidCalendarEvent:
        return None


@settings(deadline=None, max_examples=400)
@given(
    st.text() | st.text(alphabet="0123456789*/.,:- \tUTCmonfri") | st.from_regex(r"[0-9*/.,:\-]{1,24}", fullmatch=True)
)
@example("9" * 5000)
@example("\ud800")
def test_any_text_is_read_or_refused_and_what_is_read_can_be_walked(text: str) -> None:
    event = _read(text)
    if event is not None:
        following = next_event(event, 1772619630, ZoneInfo("Europe/Paris"))
        assert following is None or following > 1772619630


@pytest.mark.parametrize("piece", ["1,", "mon,", "mon..", "1..2,", "*/", "1-", "9", "*", ":", " ", "1/1,", "UTC", "a"])
def test_the_longest_text_is_refused_at_once(piece: str) -> None:
    # PVE takes 128 characters. Were the time to grow with the square of the length, this would take hours.
    assert _read(piece * 200_000) is None


def test_the_longest_list_is_read_at_once() -> None:
    event = _read("1,2..3,4/5," * 20_000 + "1")
    assert event is not None
    assert len(event.minutes) == 3
