"""Many logs are read in another process: the tape is the same, and nothing is left behind."""

import json
import os
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox
from program.running import run, settings_of
from pve_backup_report.collect import logs_aside
from pve_backup_report.collect.log_process import PackedLog, PlainLog
from pve_backup_report.collect.logs_aside import LogsAside
from simulator import PRESETS, ProxmoxApi, big_world

CORES = os.sched_getaffinity(0)


def answers_of(folder: Path) -> dict[str, dict[str, object]]:
    with FakeProxmox(ProxmoxApi(big_world(guests=90, nodes=3, runs=20), PRESETS["seer"])) as fake:
        outcome = run(folder, "--record", "run.tape.json", environ=settings_of(fake))
    assert outcome.code == 0, outcome.err
    told: dict[str, dict[str, object]] = json.loads((folder / "run.tape.json").read_text())["answers"]
    return {path: {name: value for name, value in answer.items() if name != "after_s"} for path, answer in told.items()}


@pytest.mark.skipif(len(CORES) == 1, reason="this machine has one core")
def test_with_many_logs_another_process_reads_them_to_the_same_tape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, told = LogsAside.read, list[PlainLog | None]()
    started: list[LogsAside] = []

    def watched(self: LogsAside, log: PackedLog) -> PlainLog | None:
        told.append(read(self, log))
        started.append(self)
        return told[-1]

    monkeypatch.setattr(LogsAside, "read", watched)
    monkeypatch.setattr(logs_aside, "WORTH_A_PROCESS", 5_000)
    (tmp_path / "several").mkdir()
    with_two = answers_of(tmp_path / "several")
    assert any(told), "it read no log"
    assert started[0].process is not None
    assert started[0].process.returncode is not None

    told.clear()
    os.sched_setaffinity(0, {min(CORES)})
    try:
        (tmp_path / "one").mkdir()
        with_one = answers_of(tmp_path / "one")
    finally:
        os.sched_setaffinity(0, CORES)
    assert len(told) >= 60
    assert not any(told)
    assert with_one == with_two
