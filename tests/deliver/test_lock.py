"""Two runs for one cluster do not overlap, and no dead run leaves a lock behind."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pve_backup_report.deliver.lock import alone, lock_file
from pve_backup_report.errors import AlreadyRunning

HOLDER = """
import sys, time
from pathlib import Path
from pve_backup_report.deliver.lock import alone
with alone(Path(sys.argv[1]), 0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return lock_file(tmp_path, "https://pve1:8006")


def holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_told_who_the_first_is(path: Path) -> None:
    with alone(path, 0), pytest.raises(AlreadyRunning) as caught, alone(path, 0):
        pass
    assert f"process {os.getpid()}" in str(caught.value)
    assert "since 20" in str(caught.value)
    assert caught.value.exit_code == 0


def test_the_lock_goes_with_the_run(path: Path) -> None:
    with alone(path, 0):
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()
    with alone(path, 0):
        assert path.exists()


def test_two_clusters_do_not_wait_for_each_other(tmp_path: Path) -> None:
    one, other = (lock_file(tmp_path, f"https://{name}:8006") for name in ("a", "b"))
    with alone(one, 0), alone(other, 0):
        assert one != other


def test_who_waits_gets_the_lock_when_the_first_is_done(path: Path) -> None:
    order: list[str] = []
    entered = threading.Event()

    def first() -> None:
        with alone(path, 0):
            entered.set()
            time.sleep(0.5)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait(5)
    with alone(path, 10):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_who_waited_in_vain_says_how_long(path: Path) -> None:
    with alone(path, 0), pytest.raises(AlreadyRunning, match=r"ends after 0\.3 s of waiting"), alone(path, 0.3):
        pass


def test_many_that_wait_never_overlap(path: Path) -> None:
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(5):
            with alone(path, 30):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_killed_run_leaves_no_lock_behind(path: Path) -> None:
    process = holder(path)
    with pytest.raises(AlreadyRunning, match=f"process {process.pid} "), alone(path, 0):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with alone(path, 0):
        pass
    process.communicate()


@pytest.mark.parametrize("note", [b"", b"{", b'{"pid": "x", "since": -1}', b'{"since": 1e300}', b"[1]", b"\xff"])
def test_a_lock_with_anything_in_it_is_still_told(path: Path, note: bytes) -> None:
    with alone(path, 0):
        path.write_bytes(note)
        with (
            pytest.raises(AlreadyRunning, match="Another run for this cluster is at work; this one ends"),
            alone(path, 0),
        ):
            pass


def test_where_nothing_can_be_locked_a_run_goes_on_and_warns(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.mkdir()  # as a file system without locks: the lock cannot be had
    with caplog.at_level(logging.WARNING), alone(path, 0):
        pass
    assert "cannot be locked" in caplog.text


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path, path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    path.symlink_to(tmp_path / "other")
    with alone(path, 0):
        pass
    assert (tmp_path / "other").read_text() == "mine"
