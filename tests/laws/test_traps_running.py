"""Traps of backups that run, hang or block others: however long a task runs, what is due and not there is late."""

from dataclasses import replace

from laws.trap_worlds import DAY, DUE, HOUR, NOW, PBS, TO_PBS, WEB, Outcome, archive, conclude, night, run, task, world
from simulator import Guest, GuestRun, Task, World
from simulator.builders import ct, local

APP = ct(102, "app", "pve1")


def running(start: int, *runs: GuestRun, **more: object) -> Task:
    made = task("pve1", start, *runs, shape="running", status=None, endtime=None)
    return replace(made, **more)  # type: ignore[arg-type]  # the tests name fields of a task


def at_work(guest: Guest, start: int, outcome: Outcome = "running") -> GuestRun:
    return run(guest, start, outcome, end=NOW)


def two(now: int, *tasks: Task, newest: int) -> World:
    """Two guests on one node, both last backed up then."""
    archives = (archive(WEB, newest), archive(APP, newest + 400))
    return world(now=now, guests=(WEB, APP), tasks=tasks, archives=archives)


def fresh(made: World) -> dict[int, str]:
    return {vmid: str(guest.freshness) for vmid, guest in conclude(made).items()}


def test_a_task_that_runs_since_the_time_due_is_late_after_the_grace() -> None:
    for now, wanted in ((DUE + HOUR, "fresh"), (NOW, "late")):
        started = running(DUE + 3, at_work(WEB, DUE + 5))
        assert fresh(two(now, started, newest=DUE - DAY + 5)) == {100: wanted, 102: wanted}


def test_a_task_of_others_that_began_before_the_time_due_excuses_nobody() -> None:
    others = replace(running(DUE - HOUR, at_work(APP, DUE - HOUR + 5)), argv="vzdump 102 103 --storage nas")
    assert fresh(two(NOW, others, newest=DUE - DAY + 5)) == {100: "late", 102: "late"}


def test_a_backup_that_hangs_for_days_does_not_keep_its_guest_fresh() -> None:
    # started by hand on Sunday at noon, and still there on Wednesday; the guest's newest backup is of Sunday night
    noon = DUE - 3 * DAY + 11 * HOUR
    hangs = running(noon, at_work(WEB, noon + 2), user="alice@pve", argv="vzdump 100 --storage nas")
    assert fresh(two(NOW, hangs, newest=DUE - 3 * DAY + 5))[100] in {"late", "unknown"}


def test_a_backup_that_hangs_for_days_does_not_keep_another_guest_fresh() -> None:
    # its id says that it is of one guest only; it blocks the others, which wait for the lock three hours a night
    noon = DUE - 3 * DAY + 11 * HOUR
    hangs = running(noon, at_work(WEB, noon + 2), user="alice@pve", argv="vzdump 100 --storage nas")
    blocked = tuple(
        task(
            "pve1", DUE - days * DAY + 3, shape="lock", status="unexpected status", endtime=DUE - days * DAY + 3 * HOUR
        )
        for days in (2, 1, 0)
    )
    assert fresh(two(NOW, hangs, *blocked, newest=DUE - 3 * DAY + 5))[102] == "late"


def test_a_snapshot_that_is_still_written_is_no_backup() -> None:
    written = archive(WEB, DUE + 5, PBS, finished=False)
    old = archive(WEB, DUE - DAY + 5, PBS)
    made = world(storages=(local(), PBS), jobs=(TO_PBS,), guests=(WEB,), archives=(old, written))
    runs = running(DUE + 3, run(WEB, DUE + 5, "running", PBS, end=NOW), pbs=True)
    said = conclude(replace(made, tasks=(night(WEB, DUE - DAY, PBS), runs)))[100]
    assert said.last_attempt is not None
    assert (str(said.freshness), str(said.last_attempt.result), said.backups) == ("late", "running", 1)


def test_the_guest_that_is_done_is_fresh_while_its_task_goes_on() -> None:
    goes_on = running(DUE + 3, run(WEB, DUE + 5), at_work(APP, DUE + 400))
    made = two(DUE + HOUR, goes_on, newest=DUE - DAY + 5)
    made = replace(made, archives=(*made.archives, archive(WEB, DUE + 5)))
    said = conclude(made)
    assert [str(said[vmid].freshness) for vmid in (100, 102)] == ["fresh", "fresh"]
    assert [guest.last_success.at if guest.last_success else 0 for guest in said.values()] == [
        DUE + 5,
        DUE - DAY + 405,
    ]
