"""A run that is killed at any moment leaves whole reports, names that lead somewhere, and no lock.

``KILLS=200 .venv/bin/pytest -n 0 tests/program/test_program_killed.py`` kills it more often.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from fake_proxmox import FakeProxmox
from laws.trap_worlds import world
from program.running import settings_of
from pve_backup_report.collect.tape_file import read_tape
from pve_backup_report.deliver.lock import alone, lock_file
from simulator import PRESETS, ProxmoxApi

KILLS = int(os.environ.get("KILLS", "6"))
ARGUMENTS = ("-q", "--bundle", "evidence.zip", "--record", "tape.json.gz")


def start(folder: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pve_backup_report", *ARGUMENTS]
    return subprocess.Popen(command, cwd=folder, env=environ, stderr=subprocess.DEVNULL)


def look_at(folder: Path, address: str, ends: dict[str, bytes]) -> None:
    """See that everything there is whole, and that the lock is free."""
    reports = folder / "reports"
    if not reports.exists():
        return
    for path in reports.iterdir():
        if path.name == "latest":
            assert all(link.exists() for link in path.iterdir() if not link.name.startswith("."))
        elif not path.name.startswith("."):
            content = path.read_bytes()
            assert content.endswith(ends[path.suffix]), path.name
            if path.suffix == ".json":
                json.loads(content)
    if (folder / "evidence.zip").exists():
        with zipfile.ZipFile(folder / "evidence.zip") as archive:
            assert archive.testzip() is None
    if (folder / "tape.json.gz").exists():
        read_tape(folder / "tape.json.gz")
    with alone(lock_file(reports, address), 0):
        pass


def test_a_killed_run_leaves_nothing_half_done(tmp_path: Path) -> None:
    moments = random.Random(20260304)
    with FakeProxmox(ProxmoxApi(world(), PRESETS["seer"])) as fake:
        environ = {**settings_of(fake, REPORT_KEEP="4"), "PATH": os.defpath}
        began = time.monotonic()
        assert start(tmp_path, environ).wait() == 0
        whole_s = time.monotonic() - began
        address = f"{fake.url}/api2/json"
        ends = {path.suffix: path.read_bytes()[-12:] for path in (tmp_path / "reports").glob("pve-*")}
        assert set(ends) == {".html", ".md", ".json"}
        killed = 0
        for number in range(KILLS):
            process = start(tmp_path, environ)
            # every other one near its end, where the files are written
            time.sleep(whole_s * (moments.uniform(0.6, 1.1) if number % 2 else moments.uniform(0, 1)))
            process.send_signal(signal.SIGKILL)
            dead = process.wait() == -signal.SIGKILL
            killed += dead
            whole_s *= 1.03 if dead else 0.85  # the machine may have more or less to do than at first
            look_at(tmp_path, address, ends)
        assert killed > KILLS // 3
        assert start(tmp_path, environ).wait() == 0
        look_at(tmp_path, address, ends)
    assert not list(tmp_path.rglob(".*"))
    assert len({path.name.rpartition("_")[2].partition(".")[0] for path in (tmp_path / "reports").glob("pve-*")}) <= 4
