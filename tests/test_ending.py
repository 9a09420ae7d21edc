"""A process that is asked to end does so within two seconds, whatever it is at, and says so in one line."""

import os
import signal
import subprocess
import sys
import time

import pytest

LIMIT_S = 2.0
BEGINNING = """
import sys, threading, time
from pve_backup_report.ending import StoppedError, at_the_last, to_the_end
def begin(): print("begun", flush=True)
"""
WORKS = {
    "waits": "begin(); time.sleep(60)",
    "swallows it": "while True:\n  try: begin(); time.sleep(60)\n  except BaseException: pass",
    "makes a fault of it": "try: begin(); time.sleep(60)\nexcept BaseException: return 70",
    "cleans up for ever": "try: begin(); time.sleep(60)\nfinally: time.sleep(60)",
    "leaves half a log handler": "import logging\nhalf = logging.Handler(); del half.lock; begin(); time.sleep(60)",
    "waits for a thread": "threading.Thread(target=time.sleep, args=(60,)).start(); begin(); time.sleep(60)",
    "is where nothing can be raised": "class Odd:\n  def __del__(self): begin(); time.sleep(60)\n"
    "odd = Odd(); del odd\ntime.sleep(60)",
}


def started(work: str, *, before: str = "") -> subprocess.Popen[str]:
    lines = "\n".join(f"  {line}" for line in [*work.splitlines(), "return 0"])
    text = f"{BEGINNING}\n{before}\ndef work():\n{lines}\nto_the_end(work)\n"
    return subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    )


def ended(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Ask a process that has begun to end; return its exit code and what it said on stderr."""
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    asked = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - asked < LIMIT_S
    return process.returncode, err


@pytest.mark.parametrize("work", WORKS)
def test_ctrl_c_ends_it_whatever_it_is_at(work: str) -> None:
    assert ended(started(WORKS[work]), signal.SIGINT) == (130, "ERROR: interrupted\n")


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [(signal.SIGTERM, 143, "stopped by SIGTERM"), (signal.SIGHUP, 129, "stopped by SIGHUP")],
)
def test_each_way_of_asking_has_its_exit_code(number: signal.Signals, code: int, told: str) -> None:
    assert ended(started(WORKS["waits"]), number) == (code, f"ERROR: {told}\n")


def test_what_is_to_be_done_at_the_last_is_done_either_way() -> None:
    for work in ("waits", "swallows it"):
        process = started(WORKS[work], before="at_the_last(lambda: sys.stderr.write('last. '))")
        assert ended(process, signal.SIGINT) == (130, "last. ERROR: interrupted\n")


def test_an_impatient_user_changes_nothing() -> None:
    process = started("try: begin(); time.sleep(60)\nfinally: time.sleep(0.3); sys.stderr.write('cleaned up. ')")
    assert process.stdout is not None
    process.stdout.readline()
    for _ in range(3):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "cleaned up. ERROR: interrupted\n")


def test_what_its_starter_ignores_it_ignores() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = started("begin(); time.sleep(0.5)")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ended(process, signal.SIGHUP) == (0, "")


def test_a_process_that_is_let_be_ends_with_its_own_code() -> None:
    process = started("begin(); return 4")
    assert process.communicate(timeout=30) == ("begun\n", "")
    assert process.returncode == 4
