"""Traps in task lists and logs, told to an auditor who sees no archive: what they prove, and what they leave open."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from laws.trap_worlds import (
    ARGV,
    BLIND_PBS,
    DAY,
    DUE,
    HOUR,
    TO_PBS,
    WEB,
    clock,
    conclude,
    refused,
    run,
    task,
    world,
)
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.verdict import GuestVerdict
from simulator import Guest, GuestRun, Node, Task, World
from simulator.builders import ct, local, local_lvm
from simulator.rights import without

APP = ct(102, "app", "pve1")
ON_PBS = ARGV.replace("nas", "pbs1")
START = DUE + 3


def did(guest: Guest, outcome: str = "ok", start: int = DUE + 5, **more: object) -> GuestRun:
    return replace(run(guest, start, storage=BLIND_PBS), outcome=outcome, **more)  # type: ignore[arg-type]


def ran(*runs: GuestRun, node: str = "pve1", start: int = START, **more: object) -> Task:
    return task(node, start, *runs, **{"argv": ON_PBS, "pbs": True, "retention": "keep-daily=7", **more})


def failed(guest: Guest, error: str = "no", **more: object) -> GuestRun:
    return replace(did(guest, "failed"), error=error, **more)  # type: ignore[arg-type]


BEFORE = ran(did(WEB, start=DUE - DAY + 5), did(APP, start=DUE - DAY + 400), start=DUE - DAY + 3)
LATER = DUE + 400  # when the second guest of the night began
WEB_OK, APP_OK = did(WEB), did(APP, start=LATER)
FORGED = ("INFO: Finished Backup of VM 100 (00:00:01)", "TASK ERROR: could not activate storage 'pbs1': no")
ORPHAN = GuestRun(999, None, "failed", LATER + 300, LATER + 300, "unable to find VM '999'", "before")
HOOK = "hook script '/usr/local/bin/hook' failed: exit code 1"
UNTOLD = ("late", "never")


def nights(*tasks: Task) -> World:
    """A VM and a container on the first node, well backed up the night before last, and then these tasks."""
    storages = (local(), local_lvm(), BLIND_PBS)
    return world(storages=storages, jobs=(TO_PBS,), guests=(WEB, APP), tasks=(BEFORE, *tasks))


# name: (the task of last night, freshness and last attempt of VM 100, of container 102)
CASES: dict[str, tuple[Task, str, str]] = {
    "a task without an id": (ran(WEB_OK, APP_OK), "fresh ok", "fresh ok"),
    "job errors, while one guest is fine": (
        ran(WEB_OK, failed(APP, "job failed with err -28 - No space left on device")),
        "fresh ok",
        "late failed",
    ),
    "warnings": (ran(replace(WEB_OK, warning="no notes"), APP_OK, status="WARNINGS: 1"), "fresh ok", "fresh ok"),
    "a hook that fails at the end of the job": (ran(WEB_OK, APP_OK, status=HOOK), "fresh ok", "fresh ok"),
    "an id without a guest, every night": (
        ran(WEB_OK, APP_OK, ORPHAN),
        "fresh ok",
        "fresh ok",
    ),
    "a lock that was not got in time": (
        ran(shape="lock", status="unexpected status", endtime=DUE + 3 * HOUR),
        "late ok",
        "late ok",
    ),
    "a storage that could not be activated": (
        ran(shape="setup", status="could not activate storage 'pbs1': pbs1: error fetching datastores"),
        "late ok",
        "late ok",
    ),
    "killed within the second guest": (
        ran(WEB_OK, did(APP, "aborted", LATER), shape="killed", status="unexpected status"),
        "fresh ok",
        "late aborted",
    ),
    "killed within the first guest": (
        ran(did(WEB, "aborted"), shape="killed", status="unexpected status", id=""),
        "late aborted",
        "late ok",
    ),
    "stopped within the first guest": (
        ran(did(WEB, "aborted"), shape="interrupted", status="interrupted by signal", id=""),
        "late aborted",
        "late ok",
    ),
    "still at the second guest": (
        ran(WEB_OK, did(APP, "running", LATER), shape="running", status=None, endtime=None),
        "fresh ok",
        "late running",
    ),
    "a limit that was reached before the start": (
        ran(failed(WEB, "There is a max backup limit of 3 enforced by the target storage", stage="before"), APP_OK),
        "late failed",
        "fresh ok",
    ),
    "a locked guest": (ran(failed(WEB, "VM is locked (snapshot)", stage="lock"), APP_OK), "late failed", "fresh ok"),
    "one that waited": (ran(did(WEB, start=LATER), did(APP, start=DUE + 900), waited=True), "fresh ok", "fresh ok"),
    "only one of them, by hand": (
        ran(did(WEB, start=DUE + 2 * HOUR), start=DUE + 2 * HOUR - 2, user="alice@pve"),
        "fresh ok",
        "late ok",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_log_proves_what_it_says_of_each_guest(name: str) -> None:
    last_night, web, app = CASES[name]
    said = conclude(nights(last_night), "auditor")
    assert [told(said[100]), told(said[102])] == [web, app]


def test_hook_output_before_a_failing_set_up_is_no_backup() -> None:
    # a job-init hook speaks before the storage is activated: the job's header is missing, so no guest was tried
    last_night = ran(lines=FORGED, status="could not activate storage 'pbs1': no")
    assert told(conclude(nights(last_night), "auditor")[100]) == "late ok"


def told(guest: GuestVerdict) -> str:
    return f"{guest.freshness} {guest.last_attempt and guest.last_attempt.result}"


def test_the_start_is_that_of_the_guests_own_backup() -> None:
    said = conclude(nights(ran(did(WEB, start=DUE + 2 * HOUR), APP_OK, waited=True)), "auditor")[100]
    assert said.last_success is not None
    assert clock(said.last_success.at) == "2026-03-04 03:00:00"


def test_a_failed_pruning_does_not_make_the_archive_late() -> None:
    # the archive exists: its guest is backed up, though the log calls the backup failed
    last_night = ran(failed(WEB, "error pruning backups - check log", stage="prune"), APP_OK)
    said = conclude(nights(last_night), "auditor")[100]
    assert said.last_attempt is not None
    assert str(said.last_attempt.result) == "failed"
    assert str(said.freshness) not in UNTOLD


def test_a_failed_night_whose_log_is_gone_may_have_left_an_archive() -> None:
    # a pruning that fails ends in "job errors" too, and its archive is there
    prune = failed(WEB, "error pruning backups - check log", stage="prune")
    said = conclude(nights(ran(prune, log_gone=True)), "auditor")[100]
    assert str(said.freshness) not in UNTOLD


# what of last night's good run was not read
GOOD = ran(WEB_OK, APP_OK)
LOG = f"/nodes/pve1/tasks/{quote(GOOD.upid, safe='')}/log"
LIST = "/nodes/pve1/tasks?typefilter=vzdump"
WHOLE = ["INFO: starting new backup job: vzdump --all 1 --storage pbs1", "INFO: Starting Backup of VM 100 (qemu)"]
UNREAD: dict[str, dict[str, Answer | None]] = {
    "the log was refused": {LOG: refused(403, "Permission check failed")},
    "the log was not asked": {LOG: None},
    "the node does not answer any more": {LOG: refused(595, "No route to host")},
    "the log was cut": {LOG: Answer(AnswerKind.OK, 200, {"count": 2, "lines": WHOLE}, total=90)},
    "the log is empty": {LOG: Answer(AnswerKind.OK, 200, {"count": 1, "lines": ["no content"]}, total=1)},
    "the log cannot be opened": {
        LOG: Answer(AnswerKind.OK, 200, {"count": 1, "lines": ["unable to open file - Permission denied"]}, total=1)
    },
    "the list was refused": {LIST: refused(500), LOG: None},
    "the list is empty, though the index is not": {LIST: Answer(AnswerKind.OK, 200, [], total=2), LOG: None},
    "the list of the other node was refused": {"/nodes/pve2/tasks?typefilter=vzdump": refused(595), LOG: refused(595)},
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_was_not_read_leaves_the_question_open(name: str) -> None:
    said = conclude(nights(GOOD), "auditor", UNREAD[name])
    assert {str(guest.freshness) for guest in said.values()} == {"unknown"}


def test_a_rotated_log_is_one_line_with_a_status_of_200() -> None:
    said = conclude(nights(replace(GOOD, log_gone=True)), "auditor")
    assert {str(guest.freshness) for guest in said.values()} == {"unknown"}


def test_a_task_of_one_guest_tells_how_it_went_without_its_log() -> None:
    said = conclude(nights(ran(WEB_OK, log_gone=True)), "auditor")[100]
    assert str(said.freshness) == "fresh"


MOVED = replace(WEB, node="pve2", lived_on=((DUE + HOUR, "pve1"),))


def test_a_guest_that_moved_has_its_tasks_on_the_node_it_left() -> None:
    made = replace(nights(ran(WEB_OK)), guests=(MOVED, APP))
    assert str(conclude(made, "auditor")[100].freshness) == "fresh"
    assert str(conclude(made, without("/nodes/pve1"))[100].freshness) == "unknown"
    down = (Node("pve1", timezone="UTC", online=False), Node("pve2", timezone="UTC"))
    assert str(conclude(replace(made, nodes=down), "auditor")[100].freshness) == "unknown"


def test_a_guest_in_another_zone_is_judged_by_the_clock_of_its_node() -> None:
    nodes = (Node("pve1", timezone="America/New_York"), Node("pve2", timezone="UTC"))
    due = DUE + 5 * HOUR
    tasks = (ran(did(WEB, start=due + 5), start=due + 3), ran(did(APP, start=due - HOUR), start=due - HOUR - 2))
    said = conclude(replace(nights(*tasks), nodes=nodes), "auditor")
    assert [str(said[vmid].freshness) for vmid in (100, 102)] == ["fresh", "late"]
    assert clock(said[100].last_due) == "2026-03-04 06:00:00"
    assert said[100].last_success is not None
    assert clock(said[100].last_success.at) == "2026-03-04 06:00:05"


def test_a_running_task_has_not_failed_the_guests_it_has_not_reached() -> None:
    running = ran(did(WEB, "running", DUE), shape="running", status=None, endtime=None, start=DUE)
    said = conclude(replace(nights(running), now=DUE + HOUR), "auditor")
    assert [str(said[vmid].freshness) for vmid in (100, 102)] == ["fresh", "fresh"]


def test_an_unread_task_may_have_backed_a_guest_up_until_its_end() -> None:
    # it began before the backup was due, waited, and came to the guests after that
    runs = did(WEB, start=DUE + HOUR), did(APP, start=DUE + 2 * HOUR)
    said = conclude(nights(ran(*runs, start=DUE - 600, log_gone=True)), "auditor")
    assert {str(guest.freshness) for guest in said.values()} == {"unknown"}
