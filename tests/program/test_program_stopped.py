"""Ctrl-C, at any moment and whatever waits: two seconds, exit code 130, no traceback, and nobody left behind.

``INTERRUPTS=100 .venv/bin/pytest -n 0 tests/program/test_program_stopped.py`` interrupts it more often.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox
from laws.trap_worlds import world
from program.running import settings_of
from simulator import PRESETS, ProxmoxApi

INTERRUPTS = int(os.environ.get("INTERRUPTS", "3"))
LIMIT_S = 2.0
SLEEPER = "#!/bin/sh\ntouch {mark}\nsleep 300\n"


@pytest.fixture
def fake() -> Iterator[FakeProxmox]:
    with FakeProxmox(ProxmoxApi(world(), PRESETS["seer"])) as server:
        yield server


def started(folder: Path, environ: dict[str, str], *argv: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pve_backup_report", *argv]
    environ = {**environ, "PATH": os.defpath}
    return subprocess.Popen(command, cwd=folder, env=environ, stderr=subprocess.PIPE, start_new_session=True)


def interrupted(process: subprocess.Popen[bytes], *, all_of_it: bool = False) -> tuple[int, str]:
    """Interrupt the program (and, as a terminal does, all that it started); nobody may hold its stderr after it."""
    began = time.monotonic()
    if all_of_it:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < LIMIT_S
    return process.returncode, err.decode()


def until(seen: Callable[[], object]) -> None:
    limit = time.monotonic() + 60
    while not seen():
        assert time.monotonic() < limit
        time.sleep(0.02)


def commands_with(text: str) -> list[str]:
    """The processes of this machine whose command line holds a text."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended
            continue
        if text in command:
            found.append(command)
    return found


def test_at_any_moment_it_ends_at_once_and_cleans_up(tmp_path: Path, fake: FakeProxmox) -> None:
    moments = random.Random(20260304)
    environ = settings_of(fake, STATE_DIR=str(tmp_path / "state"))
    began = time.monotonic()
    whole = started(tmp_path, environ, "-q")
    assert (whole.communicate(timeout=60)[1], whole.returncode) == (b"", 0)
    whole_s = time.monotonic() - began
    for _ in range(INTERRUPTS):
        process = started(tmp_path, environ, "-q")
        # not at the very beginning: what comes before the program's own first line is Python's alone
        time.sleep(moments.uniform(0.15 * whole_s, 0.9 * whole_s))
        code, err = interrupted(process)
        assert (code, err) in {(130, "ERROR: interrupted\n"), (0, "")}
    assert not list((tmp_path / "reports").glob(".*"))


def test_a_history_that_another_run_holds_keeps_nobody(tmp_path: Path, fake: FakeProxmox) -> None:
    environ = settings_of(fake, STATE_DIR=str(tmp_path))
    (tmp_path / "history.db").touch()
    with sqlite3.connect(tmp_path / "history.db", isolation_level=None) as held:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("BEGIN IMMEDIATE")
        process = started(tmp_path, environ)
        until((tmp_path / "reports").exists)
        time.sleep(1.0)  # it waits within SQLite, where Python hears nothing
        assert interrupted(process) == (130, "ERROR: interrupted\n")
    held.close()


@pytest.mark.parametrize(("wait_s", "perhaps_over"), [(0.4, False), (1.0, True)])
def test_a_fleet_that_is_still_being_set_up_ends_at_once(
    tmp_path: Path, fake: FakeProxmox, wait_s: float, *, perhaps_over: bool
) -> None:
    (tmp_path / "sites").mkdir()
    for name in ("a", "b"):
        lines = [f"{key}={value}" for key, value in settings_of(fake).items()]
        (tmp_path / "sites" / f"{name}.env").write_text("\n".join(lines))
    process = started(tmp_path, {}, "--env-file", "sites", "-q")
    time.sleep(wait_s)
    told = interrupted(process, all_of_it=True)
    assert told == (130, "ERROR: interrupted\n") or (perhaps_over and told == (0, ""))


def test_no_pvesh_outlives_the_fleet_that_asked_for_it(tmp_path: Path) -> None:
    command, mark = tmp_path / "pvesh-that-sleeps", tmp_path / "mark"
    command.write_text(SLEEPER.format(mark=mark).replace("sleep 300", "sleep 300"))
    command.chmod(0o755)
    (tmp_path / "sites").mkdir()
    for name in ("a", "b"):
        (tmp_path / "sites" / f"{name}.env").write_text(f"PVE_TRANSPORT=pvesh\nPVE_PVESH_COMMAND={command}\n")
    process = started(tmp_path, {}, "--env-file", "sites", "-q")
    until(mark.exists)
    assert interrupted(process) == (130, "ERROR: interrupted\n")
    until(lambda: not commands_with(str(command)))


def test_a_fleet_that_is_killed_leaves_no_process_behind(tmp_path: Path, fake: FakeProxmox) -> None:
    fake.latency_s = 60
    (tmp_path / "sites").mkdir()
    lines = [f"{key}={value}" for key, value in settings_of(fake).items()]
    (tmp_path / "sites" / "a.env").write_text("\n".join(lines))
    process = started(tmp_path, {}, "--env-file", "sites", "-q")
    until(lambda: fake.requests)
    process.kill()
    process.communicate(timeout=10)  # all others held its stderr
    fake.over.set()
