"""A simulated past hangs together: tasks, logs, archives and the truth tell one story."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from simulator import CALM, PRESETS, Job, Node, ProxmoxApi, Truth, World, random_world, run_history
from simulator.archives import snapshot_path
from simulator.asking import Facts
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from simulator_tests.small_world import NOW, get

_SEEDS = range(25)


@pytest.fixture(name="plain", scope="module")
def _plain() -> World:
    return World(
        now=NOW,
        nodes=(Node("pve1"), Node("pve2", timezone="America/New_York")),
        guests=(vm(100, "web", "pve1"), ct(101, "dns", "pve2"), vm(102, "db", "pve1")),
        storages=(local(), local_lvm(), nfs(prune="keep-last=3"), pbs()),
        jobs=(Job("nightly", "02:00", storage="nas", all=True, compress="zstd", notes_template="{{guestname}}"),),
    )


@pytest.fixture(name="worlds", scope="module")
def _worlds() -> list[World]:
    return [random_world(seed) for seed in _SEEDS]


def test_each_node_runs_a_job_by_its_own_clock_and_keeps_what_the_retention_says(plain: World) -> None:
    world = run_history(plain, 10, random.Random(1), CALM)
    assert Counter(task.node for task in world.tasks) == {"pve1": 10, "pve2": 10}
    assert {task.status for task in world.tasks} == {"OK"}
    assert Counter(archive.vmid for archive in world.archives) == {100: 3, 101: 3, 102: 3}
    hours = {(task.node, task.starttime // 3600 % 24) for task in world.tasks}
    assert hours == {("pve1", 1), ("pve2", 7)}
    name = next(archive.filename or "" for archive in world.archives if archive.vmid == 101)
    assert name.startswith("vzdump-lxc-101-2026_03_0")
    assert "-02_00_0" in name
    assert name.endswith(".tar.zst")


def test_a_task_carries_a_vmid_only_when_the_node_had_one_guest(plain: World) -> None:
    world = run_history(plain, 2, random.Random(1), CALM)
    assert {(task.node, task.id) for task in world.tasks} == {("pve1", ""), ("pve2", "101")}


def test_a_log_reads_as_one_of_proxmox(plain: World) -> None:
    world = run_history(plain, 1, random.Random(1), CALM)
    task = next(task for task in world.tasks if task.node == "pve1")
    lines = Facts(world).log(task)
    assert lines[0].startswith("INFO: starting new backup job: vzdump ")
    assert lines[1] == "INFO: skip external VMs: 101"
    assert lines[2:5] == (
        "INFO: Starting Backup of VM 100 (qemu)",
        "INFO: Backup started at 2026-03-04 02:00:" + lines[3][-2:],
        "INFO: status = running",
    )
    assert "INFO: include disk 'scsi0' 'local-lvm:vm-100-disk-0' 32G" in lines
    assert lines[-1] == "TASK OK"
    assert sum(line.startswith("INFO: Finished Backup of VM ") for line in lines) == 2


@pytest.mark.parametrize(
    ("chance", "status", "last"),
    [
        ("setup_fails", "could not activate storage", "TASK ERROR: could not activate storage"),
        ("lock_timeout", "unexpected status", "ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout"),
        ("guest_fails", "job errors", "TASK ERROR: job errors"),
        ("guest_locked", "job errors", "TASK ERROR: job errors"),
        ("limit_reached", "job errors", "TASK ERROR: job errors"),
        ("prune_fails", "job errors", "TASK ERROR: job errors"),
        ("interrupted", "interrupted by signal", "TASK ERROR: interrupted by signal"),
        ("killed", "unexpected status", "INFO: "),
        ("warns", "WARNINGS: ", "TASK WARNINGS: "),
    ],
)
def test_each_mishap_has_its_status_and_its_last_line(plain: World, chance: str, status: str, last: str) -> None:
    chaos = replace(CALM, **{chance: 1.0})
    world = run_history(plain, 3, random.Random(1), chaos)
    facts = Facts(world)
    assert world.tasks
    for task in world.tasks:
        assert (task.status or "").startswith(status)
        assert facts.log(task)[-1].startswith(last)
    if chance in {"prune_fails", "warns"}:
        assert world.archives
    elif chance not in {"interrupted", "killed"}:  # those come between two guests, or later
        assert not world.archives


def test_a_run_that_has_not_ended_shows_as_running(plain: World) -> None:
    world = run_history(replace(plain, now=NOW - 5 * 3600 + 20), 1, random.Random(1), CALM)
    running = [task for task in world.tasks if task.endtime is None]
    assert [task.node for task in running] == ["pve1"]
    rows = get(world, "auditor", "/nodes/pve1/tasks?source=active")
    assert [row["status"] for row in rows] == ["RUNNING"]
    assert Truth.of(world).guests[100].attempts[0].outcome == "running"


def test_an_orphan_fails_on_every_node_without_a_start_line(plain: World) -> None:
    job = Job("list", "03:00", storage="pbs1", vmid="100,999")
    world = run_history(replace(plain, jobs=(job,)), 1, random.Random(1), CALM)
    assert sorted(task.node for task in world.tasks) == ["pve1", "pve2"]
    for task in world.tasks:
        lines = Facts(world).log(task)
        assert "ERROR: Backup of VM 999 failed - unable to find VM '999'" in lines
        assert not any("Starting Backup of VM 999" in line for line in lines)


@pytest.mark.parametrize(
    "job",
    [
        Job("lost", pool="gone", storage="pbs1"),
        Job("both", all=True, vmid="100", storage="pbs1"),
        Job("notes", all=True, notes_template="{{guestname}}"),
        Job("off", all=True, enabled=False),
        Job("empty", storage="pbs1"),
    ],
    ids=lambda job: job.id,
)
def test_a_job_that_dies_before_its_worker_leaves_no_task(plain: World, job: Job) -> None:
    world = run_history(replace(plain, jobs=(job,)), 3, random.Random(1), CALM)
    assert [task for task in world.tasks if task.runs] == []


def test_a_lone_exclude_takes_everything_else_at_a_run(plain: World) -> None:
    world = run_history(replace(plain, jobs=(Job("odd", exclude="100", storage="nas"),)), 1, random.Random(1), CALM)
    assert {archive.vmid for archive in world.archives} == {101, 102}
    assert Truth.of(world).jobs["odd"] == (101, 102)


def test_deleted_guests_leave_archives_behind(plain: World) -> None:
    gone = replace(vm(105, "old", "pve1"), deleted=NOW - 3 * 86_400)
    world = run_history(replace(plain, deleted=(gone,)), 6, random.Random(1), CALM)
    assert sum(archive.vmid == 105 for archive in world.archives) == 3
    assert 105 not in Truth.of(world).guests


def test_a_guest_that_moved_left_its_older_tasks_on_the_old_node(plain: World) -> None:
    moved = replace(plain.guests[0], lived_on=((NOW - 2 * 86_400, "pve2"),))
    world = run_history(replace(plain, guests=(moved,)), 4, random.Random(1), CALM)
    assert Counter(task.node for task in world.tasks for run in task.runs if run.vmid == 100) == {"pve1": 2, "pve2": 2}


def test_every_good_run_of_a_random_world_made_an_archive_or_lost_it_for_a_reason(worlds: list[World]) -> None:
    for world in worlds:
        there = {(archive.vmid, archive.ctime) for archive in world.archives}
        runs = {(run.vmid, run.start): run for task in world.tasks for run in task.runs}
        for key in there:
            if key in runs:
                assert runs[key].outcome != "failed" or runs[key].stage == "prune"
        assert len({task.upid for task in world.tasks}) == len(world.tasks)
        snapshots = [(item.place, snapshot_path(item.type, item.vmid or 0, item.ctime)) for item in world.archives]
        assert max(Counter(snapshots).values(), default=1) == 1
        assert all((task.endtime or 0) <= world.now for task in world.tasks if task.type == "vzdump")


def test_random_worlds_hold_every_trap(worlds: list[World]) -> None:
    shapes = {task.shape for world in worlds for task in world.tasks}
    assert shapes == {"normal", "setup", "lock", "interrupted", "killed", "running"}
    truths = [Truth.of(world) for world in worlds]
    assert {guest.verdict for truth in truths for guest in truth.guests.values()} == {"covered", "partial", "uncovered"}
    reasons = {reason for truth in truths for guest in truth.guests.values() for reason in guest.reasons}
    assert len(reasons) >= 11
    archives = [archive for world in worlds for archive in world.archives]
    assert {archive.finished for archive in archives} == {True, False}
    assert {archive.verification for archive in archives} == {None, "ok", "failed"}
    assert any(archive.protected for archive in archives)
    assert any(archive.encrypted for archive in archives)
    assert any(archive.vmid is None for archive in archives)
    assert any(task.log_gone for world in worlds for task in world.tasks)
    assert any(node.history_since for world in worlds for node in world.nodes)
    assert any(not node.online for world in worlds for node in world.nodes)


@pytest.mark.parametrize("token", sorted(PRESETS))
def test_every_question_to_a_random_world_has_an_answer(worlds: list[World], token: str) -> None:
    for world in worlds[:8]:
        for path, answer in ProxmoxApi(world, PRESETS[token]).all_answers().items():
            assert answer.status in {200, 400, 403, 500, 595}, path
            assert (answer.body == "") == (answer.status == 595)


def test_the_same_seed_makes_the_same_world() -> None:
    assert random_world(7) == random_world(7)
    assert random_world(7) != random_world(8)
