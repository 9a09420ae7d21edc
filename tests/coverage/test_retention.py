"""What a retention keeps, by Proxmox's own order of marking."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pve_backup_report.coverage.retention import kept

PARIS, UTC = ZoneInfo("Europe/Paris"), ZoneInfo("UTC")


def at(text: str, zone: ZoneInfo = UTC) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


DAYS = [at(f"2026-03-{day:02d}T02:00") for day in range(1, 31)]


@pytest.mark.parametrize(
    ("keeps", "days"),
    [
        ({"keep-last": 3}, (30, 29, 28)),
        ({"keep-daily": 2}, (30, 29)),
        ({"keep-last": 1, "keep-daily": 2}, (30, 29, 28)),
        # 2026-03-29 is a Sunday: the weeks' newest days are 30 (Monday), 29, 22 and 15
        ({"keep-weekly": 4}, (30, 29, 22, 15)),
        ({"keep-daily": 2, "keep-weekly": 2}, (30, 29, 22, 15)),
        ({"keep-monthly": 5}, (30,)),
        ({"keep-daily": 1, "keep-monthly": 1, "keep-yearly": 1}, (30,)),
        ({"keep-hourly": 2}, (30, 29)),
    ],
)
def test_each_option_counts_periods_that_the_ones_before_it_left(
    keeps: Mapping[str, int], days: tuple[int, ...]
) -> None:
    assert kept(DAYS, keeps, UTC) == {DAYS[day - 1] for day in days}


@pytest.mark.parametrize("keeps", [{}, {"keep-all": 1}, {"keep-all": 1, "keep-last": 1}, {"keep-daily": 0}])
def test_without_a_limit_everything_is_kept(keeps: Mapping[str, int]) -> None:
    assert kept(DAYS, keeps, UTC) == set(DAYS)


def test_of_several_in_a_period_the_newest_is_kept() -> None:
    times = [at("2026-03-04T01:00"), at("2026-03-04T13:00"), at("2026-03-05T01:00")]
    assert kept(times, {"keep-daily": 7}, UTC) == {times[1], times[2]}


def test_what_an_option_passed_over_a_later_one_does_not_take_up() -> None:
    times = [at("2026-03-04T01:00"), at("2026-03-04T13:00"), at("2026-02-04T01:00")]
    assert kept(times, {"keep-daily": 7, "keep-monthly": 1}, UTC) == {times[1], times[2]}


def test_days_are_those_of_the_server() -> None:
    times = [at("2026-03-04T22:30"), at("2026-03-04T23:30")]  # the second is on the 5th in Paris
    assert kept(times, {"keep-daily": 2}, UTC) == {times[1]}
    assert kept(times, {"keep-daily": 2}, PARIS) == set(times)


def test_an_iso_year_is_not_the_calendar_year() -> None:
    times = [at("2026-12-31T02:00"), at("2027-01-01T02:00")]  # one and the same ISO week, 53 of 2026
    assert kept(times, {"keep-weekly": 5}, UTC) == {times[1]}
