"""An entry that cannot be read is a gap, and never the same as one that is not there."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from pve_backup_report.collect.redact import redact
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.endpoints import pve as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.gap import GapKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.model.verdict import Freshness, Verdict
from pve_backup_report.normalize.cluster import read_cluster
from pve_backup_report.normalize.entries import damage, entries, is_whole
from pve_backup_report.normalize.guest import is_config
from simulator import PRESETS, demo_world
from simulator_tests.small_world import small_world
from tape_from_simulator import record

JOB = {"id": "nightly", "enabled": 1, "schedule": "02:00", "all": 1, "storage": "nas"}


def listed(*items: object) -> Answer:
    return Answer(AnswerKind.OK, 200, list(items))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (None, "no object"),
        ("nightly", "no object"),
        ([], "no object"),
        ({}, "no name in id"),
        ({**JOB, "id": {"x": 1}}, "no name in id"),
        ({**JOB, "enabled": "maybe"}, "no flag in enabled"),
        ({**JOB, "enabled": None}, "no flag in enabled"),
        ({**JOB, "pool": ["prod"]}, "no string in pool"),
        ({**JOB, "vmid": [{"id": 100}]}, "no list of ids in vmid"),
    ],
)
def test_a_job_that_cannot_be_read_leaves_a_gap_that_says_where(entry: object, told: str) -> None:
    answer = listed(JOB, entry)
    assert entries(ep.JOBS, answer) == [JOB]
    assert not is_whole(ep.JOBS, answer)
    gap = damage(ep.JOBS, answer)
    assert gap is not None
    assert gap.kind is GapKind.UNUSABLE
    assert gap.detail == f"1 of 2 entries are not as Proxmox promises (entry 2: {told})"
    assert gap.blinds == ep.JOBS.blinds


@pytest.mark.parametrize(
    "more",
    [
        {"enabled": "0"},
        {"enabled": False},
        {"vmid": 100},
        {"vmid": "100,101"},
        {"exclude": []},
        {"prune-backups": {"keep-last": "3"}},
        {"comment": None},
        {"unknown-option": {"of": "a later version"}},
    ],
)
def test_all_the_ways_in_which_proxmox_writes_a_job_are_read(more: dict[str, Any]) -> None:
    assert is_whole(ep.JOBS, listed({**JOB, **more}))


def test_the_lists_of_the_simulated_clusters_are_whole() -> None:
    for world in (demo_world(), small_world()):
        cluster = read_cluster(record(world, PRESETS["root_full"]))
        assert not [gap for gap in cluster.gaps if "Proxmox promises" in gap.detail]


@cache
def tape() -> Tape:
    return record(demo_world(), PRESETS["root_full"])


def with_answer(path: str, data: object) -> Tape:
    return replace(tape(), answers={**tape().answers, path: Answer(AnswerKind.OK, 200, data)})


def test_a_job_that_cannot_be_read_leaves_open_who_has_none() -> None:
    jobs = tape().answers[ep.JOBS.ask()].data
    assert isinstance(jobs, list)
    before = {guest.guest.vmid: guest for guest in analyse(read_cluster(tape())).guests}
    after = {g.guest.vmid: g for g in analyse(read_cluster(with_answer(ep.JOBS.ask(), [*jobs, None]))).guests}
    assert {Verdict.COVERED, Verdict.UNCOVERED} <= {guest.verdict for guest in before.values()}
    for vmid, guest in after.items():
        if before[vmid].verdict is Verdict.UNCOVERED:
            assert guest.verdict is Verdict.UNDETERMINED
        else:
            assert guest.verdict is before[vmid].verdict
        assert guest.freshness is not Freshness.FRESH  # who knows when the other job was due


@pytest.mark.parametrize("endpoint", [ep.STORAGES, ep.POOLS, ep.RESOURCES])
def test_a_list_with_an_entry_that_cannot_be_read_proves_nothing_absent(endpoint: Endpoint) -> None:
    data = tape().answers[endpoint.ask()].data
    assert isinstance(data, list)
    sight = read_cluster(with_answer(endpoint.ask(), [*data, {"type": 1}])).sight
    assert {ep.STORAGES: sight.storages, ep.POOLS: sight.pools, ep.RESOURCES: sight.guests}[endpoint] is False


@pytest.mark.parametrize("volume", [None, 17.5, {"file": "local-lvm:vm-100-disk-0"}, ["local-lvm:vm-100-disk-0"]])
def test_a_disk_that_cannot_be_read_is_not_a_guest_without_that_disk(volume: object) -> None:
    config = {"digest": "0a1b", "scsi0": "local-lvm:vm-100-disk-0,size=8G"}
    asked = ep.GUEST_CONFIG
    kept = redact(asked, Answer(AnswerKind.OK, 200, config)).data
    assert is_config(kept, "qemu")
    kept = redact(asked, Answer(AnswerKind.OK, 200, {**config, "scsi1": volume})).data
    assert not is_config(kept, "qemu")


def test_a_log_with_a_line_that_cannot_be_read_is_no_log() -> None:
    lines: list[object] = [{"n": 1, "t": "INFO: starting new backup job: vzdump 100"}, {"n": 2, "t": "TASK OK"}]
    assert redact(ep.TASK_LOG, listed(*lines)).data == {
        "count": 2,
        "lines": "INFO: starting new backup job: vzdump 100\nTASK OK",
    }
    for damaged in (None, {"n": 2}, {"n": 2, "t": None}, "TASK OK"):
        assert redact(ep.TASK_LOG, listed(lines[0], damaged)).data == {"count": 2, "lines": None}


@pytest.mark.parametrize("ctime", ["16725225600", "-1", "9" * 400, "tomorrow"])
def test_a_guest_that_is_not_made_yet_has_no_age(ctime: str) -> None:
    path = next(path for path in tape().answers if "/qemu/" in path and path.endswith("/config?current=1"))
    config = tape().answers[path].data
    assert isinstance(config, dict)
    aged = with_answer(path, {**config, "meta": f"ctime={ctime}"})
    born = {guest.vmid: guest.born for guest in read_cluster(aged).guests}
    assert born[int(path.split("/")[4])] is None


@pytest.mark.parametrize("at", [-1, 2**34 + 1, 10**18, 10**4000, 1.5e300, "yesterday", "9" * 5000, None, True])
def test_a_backup_of_no_possible_time_leaves_a_gap(at: object) -> None:
    backup = {"volid": "nas:backup/vzdump-qemu-100-2026_03_04-02_00_00.vma.zst", "ctime": 1_772_589_600, "size": 1}
    answer = listed(backup, {**backup, "ctime": at})
    assert entries(ep.CONTENT, answer) == [backup]
    assert damage(ep.CONTENT, answer, node="pve1", storage="nas") is not None
