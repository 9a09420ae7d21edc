"""Traps of backups into a plain directory, which no API lists: the logs alone tell of them, however much is listed."""

from dataclasses import replace

import pytest

from laws.trap_worlds import DAY, DUE, NIGHTLY, WEB, archive, conclude, rotated, run, task, world
from simulator import GuestRun, Job, Node, Storage, Task, World
from simulator.builders import ct

APP = ct(102, "app", "pve1")
INTO_DIRECTORY = replace(NIGHTLY, storage=None, dumpdir="/backup")
BY_CONFIGURATION = replace(NIGHTLY, storage=None)
NODES = (Node("pve1", timezone="UTC", vzdump_dumpdir="/backup"), Node("pve2", timezone="UTC", vzdump_dumpdir="/backup"))
PATH = "/backup/vzdump-{}-2026_03_04-01_00_05.tar"
WEB_OK = run(WEB, DUE + 5, target=PATH.format("qemu-100"))
APP_OK = run(APP, DUE + 400, target=PATH.format("lxc-102"))
GUESTS = (WEB, APP)
OLD = (archive(WEB, DUE - 9 * DAY), archive(APP, DUE - 9 * DAY))


def night(*runs: GuestRun, **more: object) -> Task:
    return task("pve1", DUE + 3, *runs, **{"argv": "vzdump --all 1 --dumpdir /backup --quiet 1", **more})


def directory(job: Job, **more: object) -> World:
    """Two guests on one node whose job writes to a directory; every storage can be listed in full."""
    return world(**{"guests": GUESTS, "jobs": (job,), "nodes": NODES, **more})


def said(made: World) -> set[str]:
    return {str(guest.freshness) for guest in conclude(made).values()}


@pytest.mark.parametrize("job", [INTO_DIRECTORY, BY_CONFIGURATION], ids=["job", "vzdump.conf"])
def test_a_log_that_can_be_read_tells(job: Job) -> None:
    assert said(directory(job, tasks=(night(WEB_OK, APP_OK),))) == {"fresh"}
    assert said(directory(job, tasks=(night(WEB_OK, APP_OK),), archives=OLD)) == {"fresh"}
    failed = replace(WEB_OK, outcome="failed", error="no space"), replace(APP_OK, outcome="failed", error="no space")
    assert said(directory(job, tasks=(night(*failed),), archives=OLD)) == {"late"}


@pytest.mark.parametrize("archives", [(), OLD], ids=["nothing listed", "an old one listed"])
@pytest.mark.parametrize("job", [INTO_DIRECTORY, BY_CONFIGURATION], ids=["job", "vzdump.conf"])
def test_a_log_that_was_rotated_away_leaves_the_question_open(job: Job, archives: tuple[object, ...]) -> None:
    made = directory(job, tasks=(night(WEB_OK, APP_OK, log_gone=True),), archives=archives)
    assert said(made) == {"unknown"}


@pytest.mark.parametrize("archives", [(), OLD], ids=["nothing listed", "an old one listed"])
def test_a_history_that_ends_after_the_backup_leaves_the_question_open(archives: tuple[object, ...]) -> None:
    assert said(directory(INTO_DIRECTORY, archives=archives, **rotated())) == {"unknown"}


def test_a_task_of_one_guest_that_ended_well_is_a_backup_though_its_log_is_gone() -> None:
    made = directory(INTO_DIRECTORY, guests=(WEB,), tasks=(night(WEB_OK, log_gone=True),))
    assert said(made) <= {"fresh", "unknown"}


def test_one_file_in_a_directory_with_two_names_is_one_backup() -> None:
    one = Storage("one", content=("backup",), extra=(("path", "/srv/backup"),))
    made = world(guests=(WEB,), storages=(one, replace(one, id="two")), jobs=(replace(NIGHTLY, storage="one"),))
    assert conclude(replace(made, archives=(archive(WEB, DUE + 5, one),)))[100].backups == 1
