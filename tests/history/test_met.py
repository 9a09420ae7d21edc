"""Days remembered and added up: no run makes an earlier one forget, and nothing unknown counts as met."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pve_backup_report.history.met import KeptDay, merged, met, remembered, streak
from pve_backup_report.model.day import DayState

TODAY = date(2026, 3, 4)
OK, FAILED, MISSED, NONE, UNKNOWN = DayState
SIGNS = {"#": OK, "x": FAILED, "!": MISSED, ".": NONE, "?": UNKNOWN}
states = st.sampled_from(DayState)
kept_days = st.builds(KeptDay, states, st.booleans())


def days(drawn: str, *, over: bool = True) -> dict[date, KeptDay]:
    """The days up to today, the oldest first; today is never over."""
    first = TODAY - timedelta(days=len(drawn) - 1)
    return {
        first + timedelta(days=place): KeptDay(SIGNS[sign], over and place < len(drawn) - 1)
        for place, sign in enumerate(drawn)
    }


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        ("#", "?", "#"), ("#", "!", "#"), ("#", ".", "#"), ("#", "x", "x"), ("!", "#", "#"), ("!", ".", "!"),
        (".", "!", "."), ("x", "!", "x"), ("x", "#", "#"), ("?", "!", "!"), ("!", "?", "!"), (".", "#", "#"),
        ("?", ".", "?"), ("?", "#", "#"),
    ],
)  # fmt: skip
def test_what_was_known_when_a_day_was_over_gives_way_only_to_what_was_really_seen(
    before: str, now: str, after: str
) -> None:
    assert merged(KeptDay(SIGNS[before], over=True), KeptDay(SIGNS[now], over=True)).state is SIGNS[after]


@pytest.mark.parametrize(
    ("before", "now", "after"), [(".", "!", "!"), ("!", "#", "#"), ("#", "!", "#"), ("!", "?", "!")]
)
def test_a_day_that_was_not_over_is_judged_again(before: str, now: str, after: str) -> None:
    assert merged(KeptDay(SIGNS[before], over=False), KeptDay(SIGNS[now], over=True)).state is SIGNS[after]


@given(kept_days, kept_days)
def test_nothing_known_becomes_unknown(kept: KeptDay, seen: KeptDay) -> None:
    told = {state for state in (kept.state, seen.state) if state is not UNKNOWN}
    # that nothing was due, as the jobs are today, does not tell of a day that was over and unknown then
    undone = kept.over and (kept.state, seen.state) == (UNKNOWN, NONE)
    assert (merged(kept, seen).state is not UNKNOWN) == (bool(told) and not undone)
    assert merged(merged(kept, seen), seen) == merged(kept, seen)


def test_days_of_a_run_are_added_to_those_kept() -> None:
    shown = tuple(TODAY - timedelta(days=before) for before in (2, 1, 0))
    found = remembered(days("##!#"), shown, (UNKNOWN, MISSED, NONE), (True, True, True))
    assert [found[day].state for day in sorted(found)] == [OK, OK, MISSED, OK]
    assert [found[day].over for day in sorted(found)] == [True, True, True, False]


def test_a_backup_on_a_day_when_none_was_due_meets_nothing() -> None:
    shown = tuple(TODAY - timedelta(days=before) for before in (2, 1, 0))
    found = remembered({}, shown, (OK, MISSED, OK), (False, True, False))
    week, _, _ = met([found], TODAY)
    assert (week.met, week.missed, week.unknown) == (0, 1, 0)
    assert streak(found) == -1


def test_what_was_due_when_a_day_was_over_is_not_undone_by_the_jobs_of_today() -> None:
    weekly, daily = KeptDay(OK, over=True, due=False), KeptDay(OK, over=True, due=True)
    assert merged(weekly, daily).due is False
    assert merged(daily, weekly).due is True


def test_shares_count_guests_times_days_and_leave_out_what_was_not_due() -> None:
    week, month, quarter = met([days("#" * 40), days("x!.?" + "#" * 5)], TODAY)
    assert (week.met, week.missed, week.unknown, week.due) == (7 + 5, 0, 1, 12)
    assert (month.met, month.missed, month.unknown, month.known_days) == (30 + 5, 2, 1, 30)
    assert (quarter.met, quarter.days, quarter.known_days) == (45, 90, 40)


@pytest.mark.parametrize(
    ("drawn", "length"),
    [
        ("###", 3),
        ("x##", 2),
        ("#!x", -2),
        ("#.#.", 2),
        ("?##", 2),
        ("##?", 2),
        ("#?", 1),
        ("#??", 0),
        ("", 0),
        ("..", 0),
    ],
)
def test_a_streak_ends_where_it_turns_or_is_not_known(drawn: str, length: int) -> None:
    assert streak(days(drawn)) == length
