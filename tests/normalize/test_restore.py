"""Restores in the task history: whose backup it was stands in the log, and nowhere else."""

import pytest

from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Limits
from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints import pve as ep
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.gap import GapKind
from pve_backup_report.normalize.restore import read_restores, source_of

AT = 1772500000
UPID = f"UPID:pve1:00001A2B:0003C4D5:{AT:08X}:qmrestore:9100:ana@pam:"
LOG = ep.RESTORE_LOG.ask(node="pve1", upid=UPID)
FROM_FILE = "restore vma archive: zstd -q -d -c /mnt/pve/nas/dump/vzdump-qemu-100-2026_03_01-02_00_01.vma.zst | vma"


def ok(data: object) -> Answer:
    return Answer(AnswerKind.OK, 200, data)


def history(status: str = "OK", *lines: str) -> dict[str, Answer]:
    task = {"upid": UPID, "starttime": AT, "endtime": AT + 60, "status": status, "user": "ana@pam"}
    return {
        ep.RESTORES.ask(node="pve1", type="qmrestore"): ok([task]),
        LOG: ok([{"n": number, "t": line} for number, line in enumerate(lines, 1)]),
    }


@pytest.mark.parametrize(
    ("line", "vmid"),
    [
        (FROM_FILE, 100),
        ("recovering backed-up configuration from 'nas:backup/vzdump-lxc-201-2026_03_01-02_00_01.tar.zst'", 201),
        (
            "restore proxmox backup image: /usr/bin/pbs-restore --repository a@pbs@b:c vm/102/2026-03-01T01:00:01Z x",
            102,
        ),
        ("recovering backed-up configuration from 'pbs1:backup/ct/203/2026-03-01T01:00:01Z'", 203),
        ("new volume ID is 'local-lvm:vm-9100-disk-0'", None),
    ],
)
def test_the_source_is_read_out_of_the_log(line: str, vmid: int | None) -> None:
    assert source_of(["progress 1%", line]) == vmid


@pytest.mark.parametrize(("status", "well"), [("OK", True), ("WARNINGS: 1", True), ("command failed", False)])
def test_a_restore_counts_for_the_guest_that_was_backed_up(status: str, well: bool) -> None:  # noqa: FBT001 -- a table
    (restore,), gaps = read_restores(history(status, FROM_FILE), ["pve1"])
    assert (restore.vmid, restore.at, restore.ok, restore.who, restore.upid) == (100, AT, well, "ana@pam", UPID)
    assert gaps == ()


def test_a_restore_whose_source_is_not_told_is_nobodys() -> None:
    assert read_restores(history("OK", "something else"), ["pve1"]) == ((), ())


def test_a_list_that_was_refused_leaves_a_gap() -> None:
    refused = Answer(AnswerKind.REFUSED, 403, error="HTTP 403 no")
    _, gaps = read_restores({ep.RESTORES.ask(node="pve1", type="vzrestore"): refused}, ["pve1"])
    assert [(gap.endpoint, gap.kind, gap.blinds) for gap in gaps] == [("/nodes/pve1/tasks", GapKind.REFUSED, ())]


def test_nothing_of_the_log_is_kept_but_whose_backup_it_was() -> None:
    kept = redact(ep.RESTORE_LOG, history("OK", "password: hunter2", FROM_FILE)[LOG])
    assert "hunter2" not in str(kept.data)
    assert "/mnt/pve" not in str(kept.data)
    assert read_restores({**history(), LOG: kept}, ["pve1"])[0][0].vmid == 100


@pytest.mark.parametrize("wanted", [False, True])
def test_they_are_asked_for_only_when_somebody_wants_to_know(wanted: bool) -> None:  # noqa: FBT001 -- a table
    told = {"/nodes": [{"node": "pve1", "status": "online"}]}
    asked: list[str] = []

    def ask(path: str) -> Answer:
        asked.append(path)
        return history("OK", FROM_FILE).get(path) or ok(told.get(path, []))

    Collector(ask, Scope(history_limit=50, log_limit=5000, restores=wanted), Limits(1), now=0).collect()
    assert (LOG in asked) is wanted
    assert any("typefilter=vzrestore" in path for path in asked) is wanted
