"""The short way through a plain log says what the reader says, or nothing."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pve_backup_report.model.task_log import TaskLog
from pve_backup_report.normalize.kept_log import lines_in
from pve_backup_report.normalize.task_log import read_task_log
from pve_backup_report.normalize.task_log_line import kept_lines
from pve_backup_report.normalize.task_log_plain import read_plain_log
from simulator import World, big_world, random_world
from simulator.parts import zone
from simulator.tasklogs import log_lines

BLOCK = [
    "INFO: Starting Backup of VM {id} (qemu)",
    "INFO: Backup started at 2026-03-04 02:00:01",
    "INFO: creating vzdump archive '/mnt/nas/dump/vzdump-qemu-{id}-2026_03_04-02_00_01.vma.zst'",
    "INFO: archive file size: 1.25GB",
    "INFO: adding notes to backup",
    "INFO: prune older backups with retention: keep-last=3",
    "INFO: pruned 1 backup(s) not covered by keep-retention policy",
    "INFO: Finished Backup of VM {id} (00:03:05)",
    "INFO: Backup finished at 2026-03-04 02:03:06",
]


def log_of(*vmids: int, head: str = "--all 1 --storage nas") -> list[str]:
    lines = [f"INFO: starting new backup job: vzdump {head}", "INFO: skip external VMs: 900, 901"]
    lines += [line.format(id=vmid) for vmid in vmids for line in BLOCK]
    return [*lines, "INFO: Backup job finished successfully", "TASK OK"]


def assert_alike_or_nothing(kept: str | None, what: object = None) -> None:
    assert kept is not None
    assert read_plain_log(kept) in (None, read_task_log(lines_in(kept))), what


def test_a_plain_log_is_read() -> None:
    log = read_plain_log("\n".join(log_of(100, 101)))
    assert log is not None
    assert log == read_task_log(log_of(100, 101))
    assert [(run.vmid, run.duration_s, run.size) for run in log.runs] == [
        (100, 185, 1342177280),
        (101, 185, 1342177280),
    ]


ODD = [
    "ERROR: Backup of VM 100 failed - no space",
    "WARN: notes could not be set",
    "INFO: Finished Backup of VM 101 (00:00:01)",
    "INFO: Starting Backup of VM 101 (qemu)",
    "INFO: creating vzdump archive '/tmp/x'",
    "INFO: Backup job finished successfully",
    "INFO: archive file size: 9.99TB",
    "INFO: VM Name: web",
    "TASK OK",
    "TASK ERROR: job errors",
    "hello",
]


@pytest.mark.parametrize("line", ODD)
def test_where_a_line_is_odd_it_says_what_the_reader_says_or_nothing(line: str) -> None:
    plain = log_of(100, 101)
    for at in range(len(plain) + 1):
        changed = [*plain[:at], line, *plain[at:]]
        assert_alike_or_nothing(kept_lines(changed), at)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_log_with_anything_done_to_it_is_read_alike_or_not_at_all(data: st.DataObject) -> None:
    lines = log_of(
        100, 101, 102, head=data.draw(st.sampled_from(["--all 1", "100 101 102", "100 101", "100 100 101 102"]))
    )
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        act = data.draw(st.sampled_from(["drop", "copy", "swap", "insert"]))
        if act == "drop":
            del lines[at]
        elif act == "copy":
            lines.insert(data.draw(st.integers(0, len(lines))), lines[at])
        elif act == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines.insert(at, data.draw(st.sampled_from(ODD)))
        if not lines:
            return
    assert_alike_or_nothing(kept_lines(lines))


def short_and_long(world: World) -> list[tuple[TaskLog | None, TaskLog]]:
    zones = {node.name: zone(node.timezone) for node in world.nodes}
    found = []
    for task in world.tasks:
        if task.type == "vzdump":
            kept = kept_lines(log_lines(task, zones[task.node]))
            assert kept is not None
            found.append((read_plain_log(kept), read_task_log(lines_in(kept))))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_logs_of_an_unlucky_cluster_are_read_alike(seed: int) -> None:
    for short, long in short_and_long(random_world(seed)):
        assert short in (None, long)


def test_nearly_all_logs_of_a_large_cluster_go_the_short_way() -> None:
    both = short_and_long(big_world(guests=60, nodes=3, runs=20))
    assert all(short in (None, long) for short, long in both)
    assert sum(short is not None for short, _ in both) > 0.9 * len(both)


def test_a_shuffled_log_is_never_taken_for_a_plain_one_wrongly() -> None:
    dice = random.Random(7)
    for _ in range(200):
        lines = log_of(100, 101)
        dice.shuffle(lines)
        assert_alike_or_nothing("\n".join(lines))
