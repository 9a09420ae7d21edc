"""How a fleet's run ends when it is not let be: interrupted, a process killed, an extra that is not there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox
from program.fleet_running import env_text, fake, fleet_json, put, states
from program.running import run


def started(folder: Path, *argv: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pve_backup_report", *argv]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, start_new_session=True)


def asked(cluster: FakeProxmox) -> None:
    limit = time.monotonic() + 60
    while not cluster.requests:
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_an_interrupted_run_ends_at_once_and_without_a_traceback(tmp_path: Path) -> None:
    with fake("slow", latency_s=30) as slow:
        for name in ("a", "b"):
            put(tmp_path / "sites" / f"{name}.env", env_text(slow))
        running = started(tmp_path, "--env-file", "sites")
        asked(slow)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        _, err = running.communicate(timeout=25)
    assert running.returncode == 130
    assert b"Traceback" not in err
    assert err.splitlines()[-1:] == [b"ERROR: interrupted"]


def test_a_process_that_is_killed_is_that_clusters_row(tmp_path: Path) -> None:
    with fake("slow", latency_s=1.0) as slow, fake("quick") as quick:
        put(tmp_path / "sites" / "slow.env", env_text(slow))
        put(tmp_path / "sites" / "quick.env", env_text(quick))
        running = started(tmp_path, "--env-file", "sites", "--formats", "json", "-q")
        asked(slow)
        os.kill(asking(slow.port), signal.SIGKILL)
        _, err = running.communicate(timeout=120)
    assert running.returncode == 3, err
    assert states(fleet_json(tmp_path / "reports")) == {"quick": "well", "slow": "fault"}
    assert b"Traceback" not in err
    assert b"Try with a smaller --parallel" in err


def asking(port: int) -> int:
    """The process that has a connection to a port, as the kernel tells it."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid() and str(port) in connections(folder):
            return int(folder.name)
    raise AssertionError("nobody asks")


def connections(folder: Path) -> set[str]:
    """The ports that a process of ours is connected to."""
    try:
        links = [path.readlink().name for path in (folder / "fd").iterdir()]
        lines = (folder / "net" / "tcp").read_text().splitlines()[1:]
    except OSError:  # it has ended, or is not ours
        return set()
    inodes = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
    fields = [line.split() for line in lines]
    return {str(int(one[2].partition(":")[2], 16)) for one in fields if one[9] in inodes}


@pytest.mark.parametrize(
    ("module", "argv", "told"),
    [
        ("fsspec.core", ("--replay", "s3://bucket/tapes"), "--replay s3://bucket/tapes needs fsspec"),
        ("distributed", ("--env-file", "sites", "--scheduler", "tcp://127.0.0.1:1"), "--scheduler needs distributed"),
    ],
)
def test_without_the_extra_one_sentence_says_how_to_get_it(
    tmp_path: Path, module: str, argv: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "sites").mkdir()
    outcome = run(tmp_path, *argv)
    assert outcome.code == 2
    assert told in outcome.err
    assert "pip install 'pve-backup-report[fleet]'" in outcome.err
