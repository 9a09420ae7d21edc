"""Traps in when a backup is due: clocks that jump, nodes in several zones, rare schedules, young guests, grace."""

from dataclasses import replace

import pytest

from laws.trap_worlds import (
    DAY,
    DUE,
    HOUR,
    NIGHTLY,
    NOW,
    TO_PBS,
    WEB,
    archive,
    at,
    clock,
    cluster_of,
    conclude,
    refused,
    run,
    task,
    world,
)
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.verdict import GuestVerdict
from simulator import World
from simulator.builders import ct, local, pbs
from simulator.parts import Node

PARIS, SAO_PAULO = "Europe/Paris", "America/Sao_Paulo"


def one(schedule: str, now: str, *backups: str, zone: str = "UTC") -> World:
    """One VM, one job, and what was backed up when (all times UTC), on a server that names snapshots in UTC."""
    storage = pbs("pbs1")
    nodes = (Node("pve1", timezone=zone), Node("pve2", timezone=zone))
    made = tuple(archive(WEB, at(when), storage) for when in backups)
    job = replace(TO_PBS, schedule=schedule)
    return world(now=at(now), nodes=nodes, guests=(WEB,), storages=(local(), storage), jobs=(job,), archives=made)


# name: (the world, last time due in UTC, freshness)
CASES: dict[str, tuple[World, str, str]] = {
    "the spring night is skipped": (
        one("02:30", "2026-03-29 10:00", "2026-03-28 01:30:05", zone=PARIS),
        "2026-03-28 01:30:00",
        "fresh",
    ),
    "the night before the skipped one was missed": (
        one("02:30", "2026-03-29 10:00", "2026-03-27 01:30:05", zone=PARIS),
        "2026-03-28 01:30:00",
        "late",
    ),
    "03:00 exists on the spring day": (
        one("03:00", "2026-03-29 10:00", "2026-03-28 02:00:05", zone=PARIS),
        "2026-03-29 01:00:00",
        "late",
    ),
    "midnight does not exist": (
        one("daily", "2018-11-04 12:00", "2018-11-03 03:00:05", zone=SAO_PAULO),
        "2018-11-03 03:00:00",
        "fresh",
    ),
    "UTC knows no summer": (
        one("02:30 UTC", "2026-03-29 10:00", "2026-03-28 02:30:05", zone=PARIS),
        "2026-03-29 02:30:00",
        "late",
    ),
    "the repeated hour, first time round": (
        one("02:30", "2026-10-25 10:00", "2026-10-25 00:30:05", zone=PARIS),
        "2026-10-25 00:30:00",
        "fresh",
    ),
    "the repeated hour, second time round": (
        one("02:30", "2026-10-25 10:00", "2026-10-25 01:30:05", zone=PARIS),
        "2026-10-25 00:30:00",
        "fresh",
    ),
    "the repeated hour, missed": (
        one("02:30", "2026-10-25 10:00", "2026-10-24 00:30:05", zone=PARIS),
        "2026-10-25 00:30:00",
        "late",
    ),
    "on Sundays": (one("sun 01:00", "2026-03-04 10:00", "2026-03-01 01:00:05"), "2026-03-01 01:00:00", "fresh"),
    "Sunday's was missed": (one("sun 01:00", "2026-03-04 10:00", "2026-02-22 01:00:05"), "2026-03-01 01:00:00", "late"),
    "weekly is Monday": (one("weekly", "2026-03-08 23:00", "2026-03-02 00:00:05"), "2026-03-02 00:00:00", "fresh"),
    "monthly": (one("monthly", "2026-03-31 23:00", "2026-03-01 00:00:05"), "2026-03-01 00:00:00", "fresh"),
    "monthly, missed": (one("monthly", "2026-03-31 23:00", "2026-02-28 23:59:59"), "2026-03-01 00:00:00", "late"),
    "first Saturdays": (one("sat *-1..7 15:00", "2026-04-03", "2026-03-07 15:00:05"), "2026-03-07 15:00:00", "fresh"),
    "once a year": (one("yearly", "2026-12-31 10:00", "2026-01-01 00:00:05"), "2026-01-01 00:00:00", "fresh"),
    "within the grace": (one("01:00", "2026-03-04 02:59:59", "2026-03-03 01:00:05"), "2026-03-04 01:00:00", "fresh"),
    "after the grace": (one("01:00", "2026-03-04 03:00:01", "2026-03-03 01:00:05"), "2026-03-04 01:00:00", "late"),
    "a second too early": (one("01:00", "2026-03-04 10:00", "2026-03-04 00:59:59"), "2026-03-04 01:00:00", "late"),
    "later, by hand": (one("01:00", "2026-03-04 10:00", "2026-03-04 08:00"), "2026-03-04 01:00:00", "fresh"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_backup_is_judged_by_the_last_time_it_was_due(name: str) -> None:
    made, due, freshness = CASES[name]
    said = conclude(made)[100]
    assert (clock(said.last_due), str(said.freshness)) == (due, freshness)


def test_the_repeated_hour_of_a_node_does_not_move_what_is_due_in_utc() -> None:
    # 01:00 UTC is the second 02:00 of Paris; a backup of 00:30 UTC was made before it
    said = conclude(one("01:00 UTC", "2026-10-25 10:00", "2026-10-25 00:30:05", zone=PARIS))[100]
    assert (clock(said.last_due), str(said.freshness)) == ("2026-10-25 01:00:00", "late")


@pytest.mark.parametrize("schedule", ["02:45", "01:00 UTC"])
def test_a_file_named_in_the_repeated_hour_may_be_of_its_second_pass(schedule: str) -> None:
    # 02:30 came twice in Paris: the file is of the second, 01:30 UTC, after its backup was due
    nodes = (Node("pve1", timezone=PARIS), Node("pve2", timezone=PARIS))
    file, job = archive(WEB, at("2026-10-25 01:30:05"), where=PARIS), replace(NIGHTLY, schedule=schedule)
    made = world(now=at("2026-10-25 10:00"), nodes=nodes, guests=(WEB,), archives=(file,), jobs=(job,))
    assert str(conclude(made)[100].freshness) in {"fresh", "unknown"}


def test_a_backup_from_the_future_proves_nothing_of_last_night() -> None:
    # the clock was wrong when it was made
    assert str(conclude(one("01:00", "2026-03-04 10:00", "2027-03-04 01:00:05"))[100].freshness) == "unknown"


def with_schedule(schedule: str) -> GuestVerdict:
    """What is said of a VM whose job has a schedule that the simulator need not know; its last backup is a day old."""
    job = {"id": "nightly", "type": "vzdump", "enabled": 1, "schedule": schedule, "storage": "nas", "all": 1}
    made = world(guests=(WEB,), archives=(archive(WEB, NOW - DAY),))
    return conclude(made, changes={"/cluster/backup": Answer(AnswerKind.OK, 200, [job])})[100]


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ("22", "2026-03-04 09:22:00"),
        ("mon..fri 22", "2026-03-04 09:22:00"),
        ("24:00", "2026-03-04 09:24:00"),
        ("12:00,13:00", "2026-03-03 12:13:00"),
        ("22:00", "2026-03-03 22:00:00"),
        ("fri..mon 01:00", "2026-03-02 01:00:00"),
        ("dailyUTC", "2026-03-04 00:00:00"),
    ],
)
def test_a_schedule_means_what_the_parser_says(schedule: str, due: str) -> None:
    assert clock(with_schedule(schedule).last_due) == due


@pytest.mark.parametrize("schedule", ["*-*-0", "2015-10-21", "26-03-05", "02-30", "2026-03-01 01:00"])
def test_a_schedule_that_never_fires_again_covers_nobody(schedule: str) -> None:
    said = with_schedule(schedule)
    assert (str(said.verdict), str(said.reason), said.freshness) == ("uncovered", "job-never-fires", None)


def test_a_date_to_come_makes_nothing_due_yet() -> None:
    said = with_schedule("2026-12-24 18:00")
    assert (str(said.verdict), said.freshness, said.last_due) == ("covered", None, None)


def test_a_usual_backup_of_hours_has_a_longer_grace() -> None:
    # three hours every night: what began at 01:00 need not be there at 06:00
    nights = [run(WEB, DUE - days * DAY + 5, end=DUE - days * DAY + 3 * HOUR) for days in (3, 2, 1)]
    tasks = tuple(task("pve1", night.start - 2, night) for night in nights)
    archives = tuple(archive(WEB, night.start) for night in nights)
    for hours, freshness in ((5.9, "fresh"), (6.1, "late")):
        now = DUE + int(hours * HOUR)
        said = conclude(world(now=now, guests=(WEB,), tasks=tasks, archives=archives))[100]
        assert str(said.freshness) == freshness


def test_each_node_runs_the_job_by_its_own_clock() -> None:
    nodes = (Node("pve1", timezone="Asia/Tokyo"), Node("pve2", timezone="America/New_York"))
    said = conclude(world(nodes=nodes))
    assert {vmid: clock(guest.last_due) for vmid, guest in said.items()} == {
        100: "2026-03-03 16:00:00",
        101: "2026-03-04 06:00:00",
    }


def test_a_clock_that_was_not_seen_leaves_the_question_open_and_a_gap() -> None:
    nodes = (Node("pve1", timezone="Asia/Tokyo"), Node("pve2", timezone="UTC"))
    file = archive(WEB, at("2026-03-03 15:00"), where="Asia/Tokyo")  # an hour too early: its name says 00:00
    made = world(nodes=nodes, guests=(WEB,), archives=(file,), jobs=(replace(NIGHTLY, schedule="01:00"),))
    changes: dict[str, Answer | None] = {"/nodes/pve1/time": refused(403)}
    for fallback in ("UTC", "America/New_York"):
        assert str(conclude(made, changes=changes, timezone=fallback)[100].freshness) in {"late", "unknown"}
        assert any("/nodes/pve1/time" in gap.endpoint for gap in cluster_of(made, changes=changes).gaps)


def test_a_schedule_that_only_proxmox_can_read_leaves_open_when_it_was_due() -> None:
    job = {"id": "n", "type": "vzdump", "enabled": 1, "schedule": "@new", "storage": "nas", "all": 1}
    changes = {"/cluster/backup": Answer(AnswerKind.OK, 200, [{**job, "next-run": NOW + HOUR}])}
    assert str(conclude(world(), changes=changes)[100].freshness) == "unknown"


def test_a_container_younger_than_the_last_time_due_was_not_forgotten() -> None:
    # the night's log shows whom the job took: a container neither in it nor on another node was not there yet
    young = ct(102, "young", "pve1")
    last_night = task("pve1", DUE + 3, run(WEB, DUE + 5))
    made = world(guests=(WEB, young), tasks=(last_night,), archives=(archive(WEB, DUE + 5),))
    assert str(conclude(made)[102].freshness) not in {"never", "late"}
