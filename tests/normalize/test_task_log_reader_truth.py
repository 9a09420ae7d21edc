"""The reader against logs written by Proxmox's own code, and against logs found in the wild and read by a human."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pve_backup_report.model.task_log import GuestOutcome, GuestRun, TaskLog
from pve_backup_report.normalize.task_log import is_telling, read_task_log

SHARED = Path(__file__).resolve().parents[3] / "shared"
VECTORS = SHARED / "vectors" / "tasklogs"
CORPUS = SHARED / "corpus" / "tasklogs"

STATES = {"ok": {GuestOutcome.OK}, "err": {GuestOutcome.FAILED, GuestOutcome.ABORTED}}
RESULTS = {"unknown": "unfinished"}
# The log alone does not tell: 050 is a table row's worth of lines without a guest's id, 064 is a mail's table.
NO_GUEST_TOLD = {"050.log", "064.log"}
# A human inferred the type from "kvm".
NO_TYPE_TOLD = {"028.log", "030.log"}


def vectors() -> list[dict[str, Any]]:
    path = VECTORS / "truth.json"
    return [case for case in json.loads(path.read_text()) if case.get("log")] if path.exists() else []


def corpus() -> list[dict[str, Any]]:
    path = CORPUS / "truth.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def read(path: Path) -> TaskLog:
    lines = path.read_text().split("\n")
    log = read_task_log(lines)
    assert read_task_log(filter(is_telling, lines)) == log
    return log


def test_all_logs_are_there() -> None:
    if not SHARED.exists():
        pytest.skip("no shared material beside this checkout")
    assert (len(vectors()), len(corpus())) >= (26, 39)


@pytest.mark.parametrize("case", vectors(), ids=lambda case: str(case["name"]))
def test_proxmox_s_own_result_is_read_from_its_log(case: Mapping[str, Any]) -> None:
    log = read(VECTORS / case["log"])
    runs = {run.vmid: run for run in log.runs}
    assert len(runs) == len(log.runs)
    for guest in case["truth"]["guests"]:
        if guest["state"] == "todo":
            assert int(guest["vmid"]) not in runs
        else:
            agrees(runs.pop(int(guest["vmid"])), guest)
    assert runs == {}
    assert (log.end or "unexpected status") == case["task_status"]
    truth = (case["truth"].get("job_error") or "").partition(" at /usr/share/perl5/")[0]
    assert (log.job_error or "") == truth


def agrees(run: GuestRun, guest: Mapping[str, Any]) -> None:
    assert run.outcome in STATES.get(guest["state"], {GuestOutcome.UNFINISHED})
    assert run.error == guest.get("msg")
    if run.duration_s is not None and "backuptime" in guest:
        assert run.duration_s == guest["backuptime"]
    if run.mode is not None and "mode" in guest:
        assert run.mode == guest["mode"]
    if run.archive is not None and "target" in guest:
        assert run.archive == guest["target"]
    if run.name is not None and "hostname" in guest:
        assert run.name == guest["hostname"]
    if run.type is not None and "vmtype" in guest:
        assert run.type == guest["vmtype"]
    if run.size is not None and "size" in guest:  # the log rounds down to whole units
        assert run.size <= guest["size"] < run.size + 2**20
    if "size" in guest:
        assert run.archive_written == (guest["size"] > 0)
    if run.outcome is GuestOutcome.OK and "mode" in guest:
        assert None not in (run.mode, run.archive, run.duration_s, run.name)


@pytest.mark.parametrize("case", corpus(), ids=lambda case: str(case["file"]))
def test_a_log_from_the_wild_is_read_as_a_human_reads_it(case: Mapping[str, Any]) -> None:
    log = read(CORPUS / case["file"])
    assert log.external == tuple(case.get("skipped_external", ()))
    if case["file"] in NO_GUEST_TOLD:
        assert log.runs == ()
        return
    told = [(run.vmid, run.outcome.value, (run.error or "").split("\n")[0], run.size) for run in log.runs]
    assert told == [
        (guest["vmid"], RESULTS.get(guest["result"], guest["result"]), guest["error"] or "", guest["size_bytes"])
        for guest in case["guests"]
    ]
    for run, guest in zip(log.runs, case["guests"], strict=True):
        if guest["duration_s"] is not None:
            assert run.duration_s == guest["duration_s"]
        if case["file"] not in NO_TYPE_TOLD:
            assert run.type == guest["type"]
        if run.target_kind is not None:
            assert run.target_kind == case["target"]
