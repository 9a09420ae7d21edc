"""The program morning after morning with a history: fewer questions, the same answers, and what changed."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from fake_proxmox import FakeProxmox
from history.lab import lab
from program.running import run, settings_of
from simulator import PRESETS, Job, ProxmoxApi

KILLS = int(os.environ.get("HISTORY_KILLS", "4"))


def fake_of(*jobs: Job) -> FakeProxmox:
    now = int(time.time())
    return FakeProxmox(ProxmoxApi(lab(now=now, jobs=jobs) if jobs else lab(now=now), PRESETS["root_full"]))


def newest(folder: Path) -> dict[str, Any]:
    path = max(folder.glob("reports/*.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_no_log_of_a_finished_task_is_asked_twice_and_the_verdicts_stay(tmp_path: Path) -> None:
    with fake_of() as fake:
        environ = settings_of(fake, STATE_DIR="state", REPORT_FORMATS="json")
        assert run(tmp_path, "-q", environ=environ).code == 0
        first, asked = newest(tmp_path), {request.path for request in fake.requests}
        assert any(path.endswith("/log") for path in asked)
        before = len(fake.requests)
        assert run(tmp_path, "-q", "--record", "second.json", environ=environ).code == 0
        again = [request.path for request in fake.requests[before:]]
    assert [path for path in again if path.endswith("/log")] == []
    assert {path for path in asked if not path.endswith("/log")} == set(again)
    second = newest(tmp_path)
    assert [(guest["verdict"], guest["last_success"]) for guest in first["guests"]] == [
        (guest["verdict"], guest["last_success"]) for guest in second["guests"]
    ]
    # a tape of such a run is whole: it needs no history to be judged
    assert run(tmp_path, "-q", "--replay", "second.json", environ={"REPORT_FORMATS": "json"}).code == 0
    assert [guest["last_attempt"] for guest in newest(tmp_path)["guests"]] == [
        guest["last_attempt"] for guest in second["guests"]
    ]


def test_a_log_of_a_task_that_still_runs_is_asked_again(tmp_path: Path) -> None:
    now = int(time.time())
    world = lab(now=now)
    last = max(world.tasks, key=lambda task: task.starttime)
    running = replace(last, endtime=None, status=None)
    world = replace(world, tasks=(*(task for task in world.tasks if task is not last), running))
    with FakeProxmox(ProxmoxApi(world, PRESETS["root_full"])) as fake:
        environ = settings_of(fake, STATE_DIR="state", REPORT_FORMATS="json")
        for _ in range(2):
            before = len(fake.requests)
            assert run(tmp_path, "-q", environ=environ).code == 0
        logs = [request.path for request in fake.requests[before:] if request.path.endswith("/log")]
    assert len(logs) == 1


def test_only_a_live_report_is_kept(tmp_path: Path) -> None:
    with fake_of() as fake:
        environ = settings_of(fake, STATE_DIR="state", REPORT_FORMATS="json")
        assert run(tmp_path, "--dump-coverage", environ=environ).code == 0
        assert run(tmp_path, "-q", "--demo", environ=environ).code == 0
    assert not (tmp_path / "state").exists()


def test_a_history_that_cannot_be_used_stops_nothing_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with fake_of() as fake:
        outcome = run(tmp_path, "-q", environ=settings_of(fake, STATE_DIR="state"))
    assert outcome.code == 0
    assert "STATE_DIR" in outcome.err
    assert newest(tmp_path)["history"]["fault"] in outcome.err


def test_a_run_that_is_killed_loses_no_history_and_leaves_no_half_report(tmp_path: Path) -> None:
    randomly = random.Random(7)
    with fake_of() as fake:
        environ = {**settings_of(fake, STATE_DIR="state"), "PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", "pve_backup_report", "-q"]
        began = time.monotonic()
        subprocess.run(command, cwd=tmp_path, env=environ, check=True, timeout=120)
        whole_s = time.monotonic() - began
        for _ in range(KILLS):
            process = subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=subprocess.DEVNULL)
            time.sleep(randomly.uniform(0.2, 1.1) * whole_s)
            kept = _runs(tmp_path)
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert _runs(tmp_path) >= kept
            for report in tmp_path.glob("reports/*.json"):
                assert json.loads(report.read_text())["schema"] == "pve-backup-report/1"
            for page in tmp_path.glob("reports/*.html"):
                assert page.read_text().rstrip().endswith("</html>")
        done = subprocess.run(command, cwd=tmp_path, env=environ, check=True, timeout=120, stderr=subprocess.PIPE)
    assert b"history" not in done.stderr
    assert newest(tmp_path)["history"]["runs"] == _runs(tmp_path) - 1


def _runs(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "state" / "history.db", timeout=10)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT COUNT(*) FROM run").fetchone()[0])
