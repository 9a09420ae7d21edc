"""The grammar of calendar events: what Proxmox's parser takes and what it rejects."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pve_backup_report.coverage.calendar_event import CalendarEvent, InvalidCalendarEvent, parse_calendar_event
from pve_backup_report.coverage.calendar_walk import next_event

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
