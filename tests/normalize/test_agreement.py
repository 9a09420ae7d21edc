"""Answers that contradict themselves are gaps, whichever of two things they say is right."""

from typing import Any

import pytest

from pve_backup_report.endpoints import pbs, pve
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.normalize.entries import damage_in, entries, is_whole
from pve_backup_report.normalize.node import read_clock
from pve_backup_report.normalize.rights import read_rights
from pve_backup_report.normalize.task_list import read_task_list

UPID = "UPID:pve1:0000ABCD:0000ABCD:69A6C63B:vzdump:100:root@pam:"
START = 0x69A6C63B
TASK: dict[str, Any] = {"upid": UPID, "starttime": START, "endtime": START + 60, "type": "vzdump", "status": "OK"}
SNAPSHOT = {"volid": "pbs1:backup/vm/100/2026-03-04T01:00:01Z", "ctime": 1_772_586_001, "vmid": 100, "size": 5}
FILE = {"volid": "nas:backup/vzdump-lxc-101-2026_03_04-02_00_00.tar.zst", "ctime": 1, "vmid": 101, "size": 5}
GUEST = {"type": "qemu", "vmid": 100, "node": "pve1"}
VOLUMES = {"id": 100, "type": "qemu", "children": [{"id": "100:scsi0", "name": "a:b", "included": 1}]}
OF_SERVER: dict[str, Any] = {"backup-type": "vm", "backup-id": "100", "backup-time": 1, "files": [], "size": 5}


def listed(*data: object, total: int | None = None) -> Answer:
    return Answer(AnswerKind.OK, 200, list(data), total)


@pytest.mark.parametrize(
    ("endpoint", "row"),
    [
        (pve.TASKS, TASK),
        (pve.CONTENT, SNAPSHOT),
        (pve.CONTENT, {**SNAPSHOT, "verification": {"state": "failed", "upid": "UPID:x"}}),
        (pve.CONTENT, {**SNAPSHOT, "ctime": "1772586001"}),
        (pve.CONTENT, {**FILE, "volid": "nas:backup/keep-vzdump-lxc-200-2026_03_04-02_00_00.tar.zst"}),
        (pve.PRUNE_PREVIEW, {key: value for key, value in FILE.items() if key not in ("size", "vmid")}),
        (pve.RESOURCES, GUEST),
        (pve.RESOURCES, {"type": "sdn", "sdn": "localnetwork"}),
        (pve.INCLUDED_VOLUMES, VOLUMES),
        (pve.INCLUDED_VOLUMES, {**VOLUMES, "children": []}),
        (pbs.SNAPSHOTS_OF_ROOT, OF_SERVER),
        (pve.JOBS, {"id": "a", "vmid": [100, "101"], "exclude": ""}),
    ],
)
def test_what_proxmox_says_is_whole(endpoint: Endpoint, row: dict[str, object]) -> None:
    assert damage_in(endpoint, [row]) is None
    assert damage_in(endpoint, [row, dict(row)]) is None, "the same twice"


@pytest.mark.parametrize(
    ("endpoint", "row", "fault"),
    [
        (pve.TASKS, {**TASK, "starttime": 0}, "a starttime that is not the UPID's"),
        (pve.TASKS, {**TASK, "type": "vzdumq"}, "a type that is not the UPID's"),
        (pve.CONTENT, {**SNAPSHOT, "vmid": 0}, "a vmid that is not the volid's"),
        (pve.CONTENT, {**SNAPSHOT, "volid": "pbs1:backup/vm/101/gone"}, "a vmid that is not the volid's"),
        (pve.CONTENT, {**FILE, "vmid": 100}, "a vmid that is not the volid's"),
        (pve.CONTENT, {**SNAPSHOT, "ctime": 1_772_586_002}, "a ctime that is not the volid's"),
        (pve.CONTENT, {**SNAPSHOT, "volid": "pbs1:backup/vm/100/2026-13-04T01:00:01Z"}, "a ctime that is not"),
        (pve.PRUNE_PREVIEW, {**SNAPSHOT, "ctime": "1772586000", "mark": "keep"}, "a ctime that is not the volid's"),
        (pve.CONTENT, {**SNAPSHOT, "size": -5}, "no size in size"),
        (pve.CONTENT, {**SNAPSHOT, "size": 0.5}, "no size in size"),
        (pve.CONTENT, {**SNAPSHOT, "verification": "ok"}, "no verification in verification"),
        (pve.CONTENT, {**SNAPSHOT, "verification": {}}, "no verification in verification"),
        (pve.RESOURCES, {**GUEST, "type": "qe#u"}, "a vmid, which its type has not"),
        (pve.RESOURCES, {**GUEST, "pool": ""}, "no name in pool"),
        (pve.STORAGES, {"storage": "nas", "type": "nfs", "nodes": ""}, "no list in nodes"),
        (pve.STORAGES, {"storage": "nas", "type": "nfs", "nodes": []}, "no list in nodes"),
        (pve.JOBS, {"id": "a", "vmid": ""}, "no list of ids in vmid"),
        (pve.JOBS, {"id": "a", "vmid": []}, "no list of ids in vmid"),
        (pve.JOBS, {"id": "a", "exclude": "12l"}, "no list of nothing but ids in exclude"),
        (pve.JOBS, {"id": "a", "exclude": [121.5]}, "no list of nothing but ids in exclude"),
        (pve.INCLUDED_VOLUMES, {**VOLUMES, "children": [{"id": None, "included": 1}]}, "no volumes in children"),
        (
            pve.INCLUDED_VOLUMES,
            {**VOLUMES, "children": [{"id": "100:scsi0", "included": "x"}]},
            "no volumes in children",
        ),
        (pbs.SNAPSHOTS_OF_ROOT, {**OF_SERVER, "backup-type": "vn"}, "no type of a backup in backup-type"),
        (
            pbs.SNAPSHOTS_OF_ROOT,
            {key: value for key, value in OF_SERVER.items() if key != "files"},
            "no files in files",
        ),
    ],
)
def test_what_it_never_says_is_a_gap(endpoint: Endpoint, row: dict[str, object], fault: str) -> None:
    assert fault in (damage_in(endpoint, [row]) or "")
    assert entries(endpoint, listed(row)) == []


@pytest.mark.parametrize(
    ("endpoint", "row", "other"),
    [
        (pve.RESOURCES, GUEST, {**GUEST, "node": "pve2"}),
        (pve.STORAGES, {"storage": "nas", "type": "nfs"}, {"storage": "nas", "type": "nfs", "disable": 1}),
        (pve.JOBS, {"id": "a", "all": 1}, {"id": "a", "all": 0}),
        (pve.CONTENT, SNAPSHOT, {**SNAPSHOT, "size": 6}),
    ],
)
def test_two_entries_of_one_thing_that_differ_are_both_in_doubt(
    endpoint: Endpoint, row: dict[str, object], other: dict[str, object]
) -> None:
    assert "2 of 2 entries" in (damage_in(endpoint, [row, other]) or "")
    assert entries(endpoint, listed(row, other)) == []


def test_among_many_as_well() -> None:
    many = [
        {
            **SNAPSHOT,
            "volid": f"pbs1:backup/vm/100/2026-03-04T01:{at // 60:02}:{at % 60:02}Z",
            "ctime": 1_772_586_000 + at,
        }
        for at in range(300)
    ]
    assert damage_in(pve.CONTENT, [*many]) is None
    assert "1 of 300" in (damage_in(pve.CONTENT, [*many[:-1], {**many[-1], "vmid": 101}]) or "")


def test_a_list_that_is_shorter_than_it_says_is_not_whole() -> None:
    assert is_whole(pve.CONTENT, listed(SNAPSHOT, total=1))
    assert not is_whole(pve.CONTENT, listed(SNAPSHOT, total=2))
    assert is_whole(pve.TASK_INDEX, listed(TASK, total=2)), "which comes in pages"


def test_pages_that_overlap_leave_a_gap() -> None:
    first = {pve.TASKS.ask(node="pve1", limit=5000): listed(TASK, TASK, total=2)}
    read = read_task_list(first, "pve1", 5000)
    assert (read.listed, read.since) == (False, None)
    assert "1 of 2 tasks answered" in read.gaps[0].detail


def test_rights_that_are_no_flags_are_not_known() -> None:
    assert read_rights(Answer(AnswerKind.OK, 200, {"/": {"Sys.Audit": 1}}), None).known
    assert not read_rights(Answer(AnswerKind.OK, 200, {"/": {"Sys.Audit": "gar"}}), None).known


@pytest.mark.parametrize(("ahead", "known"), [(3600, True), (0, True), (7200, False), (-18_000, False)])
def test_a_zone_that_the_local_time_contradicts_is_not_known(ahead: int, *, known: bool) -> None:
    told = {"timezone": "Europe/Paris", "time": START, "localtime": START + ahead}
    zone, _, gap = read_clock("pve1", Answer(AnswerKind.OK, 200, told), START)
    assert (zone is not None, gap is None) == (known, known)
