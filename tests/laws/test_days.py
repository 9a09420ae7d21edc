"""The calendar of backups: each day as it really was, and unknown where that cannot be known."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from laws.trap_worlds import (
    DAY,
    DB,
    DUE,
    HOUR,
    NIGHTLY,
    TO_PBS,
    WEB,
    archive,
    at,
    conclude,
    night,
    rotated,
    run,
    task,
    world,
)
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.coverage.days import DAYS, days_shown
from pve_backup_report.model.day import DayState
from pve_backup_report.model.verdict import GuestVerdict
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, Task, World, random_world
from simulator.builders import pbs
from tape_from_simulator import record

SIGNS = {
    DayState.OK: "#", DayState.FAILED: "x", DayState.MISSED: "!", DayState.NONE_DUE: ".", DayState.UNKNOWN: "?",
}  # fmt: skip


def drawn(verdict: GuestVerdict, last: int = 7) -> str:
    assert len(verdict.days) == DAYS
    return "".join(SIGNS[day] for day in verdict.days[-last:])


def week(*tasks: Task, missing: tuple[int, ...] = ()) -> tuple[Task, ...]:
    """Good nights for 40 days, for WEB but for those so many days ago; and other tasks."""
    nights = (night(WEB, DUE - days * DAY) for days in range(40) if days not in missing)
    return (*nights, *(night(DB, DUE - days * DAY) for days in range(40)), *tasks)


def days_of(made: World, who: str = "root_full") -> str:
    return drawn(conclude(made, who)[WEB.vmid])


def test_nights_that_went_well() -> None:
    assert days_of(world(tasks=week())) == "#######"


def test_a_night_in_which_nothing_was_tried_was_missed() -> None:
    assert days_of(world(tasks=week(missing=(2,)))) == "####!##"


def test_a_failed_night() -> None:
    failed = task(WEB.node, DUE - 2 * DAY, run(WEB, DUE - 2 * DAY + 5, "failed", target=None))
    assert days_of(world(tasks=week(failed, missing=(2,)))) == "####x##"


def test_a_failure_that_was_made_good_before_the_next_night() -> None:
    start = DUE - 2 * DAY
    failed = task(WEB.node, start, run(WEB, start + 5, "failed", target=None))
    again = task(WEB.node, start + 20 * HOUR, run(WEB, start + 20 * HOUR + 5))
    assert days_of(world(tasks=week(failed, again, missing=(2,)))) == "#######"


def test_a_run_after_midnight_is_that_of_the_evening_before() -> None:
    due = at("2026-03-01 23:30")
    late = replace(NIGHTLY, schedule="23:30")
    begun = tuple(due - days * DAY for days in range(-1, 35))
    nights = tuple(task(guest.node, when, run(guest, when + HOUR)) for guest in (WEB, DB) for when in begun)
    kept = (archive(WEB, due + HOUR),)
    assert days_of(world(jobs=(late,), tasks=nights, archives=kept)) == "#####!."


def test_a_run_that_could_not_begin_is_a_failure_and_no_miss() -> None:
    stuck = task(
        WEB.node, DUE - 2 * DAY, status="can't acquire lock '/var/run/vzdump.lock' - got timeout",
        lines=("ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout",),
    )  # fmt: skip
    assert days_of(world(tasks=week(stuck, missing=(2,)))) == "####x##"


def test_a_damaged_backup_is_no_good_day() -> None:
    store = pbs("pbs1")
    tasks = tuple(night(WEB, DUE - days * DAY, store) for days in range(40))
    kept = tuple(
        archive(WEB, DUE - days * DAY + 5, store, verification="failed" if days == 3 else "ok") for days in range(7)
    )
    assert days_of(world(jobs=(TO_PBS,), storages=(store,), tasks=tasks, archives=kept)) == "###x###"


def test_what_is_older_than_the_history_is_unknown_and_archives_tell_of_it() -> None:
    since = DUE - 2 * DAY + HOUR
    known = rotated(since)
    tasks = (*known.pop("tasks"), *(night(WEB, DUE - days * DAY) for days in range(2)))  # type: ignore[misc] # a tuple
    kept = tuple(archive(WEB, DUE - days * DAY + 5) for days in (0, 1, 4))
    assert days_of(world(**known, tasks=tasks, archives=kept)) == "??#??##"


def test_nothing_is_due_between_the_weeks() -> None:
    weekly = replace(NIGHTLY, schedule="sun 01:00")
    sunday = at("2026-03-01 01:00")
    tasks = tuple(night(WEB, sunday - weeks * 7 * DAY) for weeks in range(6))
    assert days_of(world(jobs=(weekly,), tasks=tasks)) == "...#..."


def test_a_guest_without_a_job_has_nothing_due() -> None:
    assert days_of(world(jobs=())) == "......."


def test_what_is_due_today_and_still_has_time_is_not_missed() -> None:
    soon = replace(NIGHTLY, schedule="09:30")
    nights = tuple(night(WEB, at("2026-03-04 09:30") - days * DAY) for days in range(1, 40))
    assert days_of(world(jobs=(soon,), tasks=nights)) == "######."


def test_a_guest_is_not_missed_before_it_was_there() -> None:
    made = world(
        guests=(replace(WEB, created=DUE - 3 * DAY + HOUR, shows_ctime=True), DB),
        tasks=week(missing=tuple(range(3, 40))),
    )
    assert days_of(made) == "....###"


def test_before_the_first_trace_a_job_may_have_been_another_one() -> None:
    assert days_of(world(tasks=week(missing=(2, *range(4, 40))))) == "???#!##"


def test_a_job_that_cannot_be_seen_leaves_every_day_open() -> None:
    assert set(days_of(world(tasks=()), "auditor_node_hidden")) <= {"?", ".", "!"}


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        ("2026-03-29 21:30", date(2026, 3, 29)),
        ("2026-03-29 22:30", date(2026, 3, 30)),
        ("2026-10-25 23:30", date(2026, 10, 26)),
    ],
)
def test_days_are_those_of_the_reports_zone(moment: str, last: date) -> None:
    shown = days_shown(at(moment), ZoneInfo("Europe/Paris"))
    assert (len(shown), shown[-1], len(set(shown))) == (DAYS, last, DAYS)


@pytest.mark.parametrize("seed", range(8))
def test_a_token_that_sees_less_never_makes_a_day_worse(seed: int) -> None:
    made = random_world(seed)
    whole = {guest.guest.vmid: guest.days for guest in analyse(read_cluster(record(made, PRESETS["root_full"]))).guests}
    for who in sorted(PRESETS):
        for guest in analyse(read_cluster(record(made, PRESETS[who]))).guests:
            for real, told in zip(whole[guest.guest.vmid], guest.days, strict=True):
                if told in (DayState.FAILED, DayState.MISSED):
                    assert told is real, (who, guest.guest.key)


def test_the_last_day_is_no_better_than_the_freshness() -> None:
    late = world(tasks=week(missing=(0,)), archives=tuple(archive(WEB, DUE - days * DAY + 5) for days in (1, 2, 3)))
    assert days_of(late) == "######!"
    assert conclude(late)[WEB.vmid].freshness == "late"
