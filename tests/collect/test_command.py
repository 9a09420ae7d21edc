"""A command is run within a time and a size, without a shell, and ended with all that it started."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from pve_backup_report.collect.command import Commands, End

ROOM = 10_000_000


def python(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-IS", "-c", program, *arguments]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_both_outputs_and_the_exit_code_come_back() -> None:
    program = "import sys; print('out'); print('errors', file=sys.stderr); sys.exit(7)"
    outcome = Commands({}).run(python(program), timeout_s=10, longest=ROOM)
    assert (outcome.end, outcome.code, outcome.out, outcome.errors) == (End.BY_ITSELF, 7, b"out\n", b"errors\n")


def test_no_shell_reads_the_arguments_and_the_environment_is_the_one_given() -> None:
    hostile = "$(id) `id` ; rm -rf / | x > y \n*"
    program = "import os, sys; print(repr((sys.argv[1], dict(os.environ), sys.stdin.read())))"
    outcome = Commands({"ONLY": "this"}).run(python(program, hostile), timeout_s=10, longest=ROOM)
    argument, environ, stdin = eval(outcome.out, {})  # noqa: S307 -- our own words
    assert (argument, stdin) == (hostile, "")
    assert {name: value for name, value in environ.items() if name != "LC_CTYPE"} == {"ONLY": "this"}  # Python's own


def test_what_takes_too_long_is_ended_with_its_children() -> None:
    program = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-IS", "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
    began = time.monotonic()
    outcome = Commands({}).run(python(program), timeout_s=0.5, longest=ROOM)
    assert time.monotonic() - began < 5
    assert outcome.end is End.TOO_SLOW
    assert outcome.code == -9
    deadline = time.monotonic() + 5
    while is_alive(int(outcome.out)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(int(outcome.out))


def test_a_drip_does_not_put_the_end_off() -> None:
    program = "import time\nwhile True: print('x', flush=True); time.sleep(0.05)"
    outcome = Commands({}).run(python(program), timeout_s=0.4, longest=ROOM)
    assert outcome.end is End.TOO_SLOW


def test_what_prints_too_much_is_ended() -> None:
    outcome = Commands({}).run(python("while True: print('x' * 10000)"), timeout_s=30, longest=1_000_000)
    assert outcome.end is End.TOO_LARGE
    assert len(outcome.out) < 1_200_000


def test_endless_errors_neither_fill_the_memory_nor_stop_the_command() -> None:
    program = "import sys\nfor _ in range(200): sys.stderr.write('e' * 10000)\nprint('done')"
    outcome = Commands({}).run(python(program), timeout_s=30, longest=ROOM)
    assert outcome.out == b"done\n"
    assert len(outcome.errors) < 200_000


def test_something_left_behind_that_holds_the_output_does_not_keep_us() -> None:
    program = """
import subprocess, sys
print("answer", flush=True)
subprocess.Popen([sys.executable, "-IS", "-c", "import time; time.sleep(8)"])
"""
    began = time.monotonic()
    outcome = Commands({}).run(python(program), timeout_s=30, longest=ROOM)
    assert time.monotonic() - began < 6
    assert (outcome.end, outcome.code, outcome.out) == (End.BY_ITSELF, 0, b"answer\n")


def test_a_command_that_closes_its_output_and_stays_is_ended() -> None:
    program = "import os, time; os.close(1); os.close(2); time.sleep(600)"
    assert Commands({}).run(python(program), timeout_s=0.5, longest=ROOM).end is End.TOO_SLOW


def test_what_is_not_there_cannot_be_started() -> None:
    with pytest.raises(FileNotFoundError):
        Commands({}).run(["/nowhere/pvesh"], timeout_s=1, longest=ROOM)


def test_closing_ends_what_runs_and_starts_nothing_more() -> None:
    commands = Commands({})
    codes: list[int | None] = []
    program = python("import time; time.sleep(600)")
    thread = threading.Thread(target=lambda: codes.append(commands.run(program, timeout_s=60, longest=ROOM).code))
    thread.start()
    time.sleep(0.3)
    commands.close()
    thread.join(10)
    assert codes == [-9]
    with pytest.raises(OSError, match=os.strerror(125)):
        commands.run(program, timeout_s=1, longest=ROOM)
