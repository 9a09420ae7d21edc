"""Logs read in another process: the same facts, and whatever becomes of that process costs nothing but time."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.test_log_body import BODY, SECRET, TOKEN, read
from hostile.patience import examples
from pve_backup_report.collect import logs_aside
from pve_backup_report.collect.answer import log_answer
from pve_backup_report.collect.log_process import LONGEST, PackedLog, Reply
from pve_backup_report.collect.logs_aside import WORTH_A_PROCESS, LogsAside
from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints.pve import TASK_LOG

CORES = frozenset(os.sched_getaffinity(0))
PATIENCE_S = 20.0


def packed(body: bytes, encoding: str = "gzip") -> PackedLog:
    return PackedLog(gzip.compress(body) if encoding == "gzip" else body, encoding, TOKEN.in_data)


def log_of(*texts: str, total: object = None) -> bytes:
    rows = [{"n": number, "t": text} for number, text in enumerate(texts, 1)]
    return json.dumps({"data": rows, "total": total or len(rows)}, ensure_ascii=False).encode()


GOOD = log_of("INFO: Starting Backup of VM 100 (qemu)", "INFO:  50% of it", "TASK OK")


def begin(aside: LogsAside) -> None:
    """Have it see so much of logs that it starts a process."""
    assert aside.read(PackedLog(b" " * WORTH_A_PROCESS, "", ())) is None


def at_work() -> LogsAside:
    aside = LogsAside(CORES)
    begin(aside)
    until = time.monotonic() + PATIENCE_S
    while aside.read(packed(GOOD)) is None:
        assert time.monotonic() < until, "the process did not begin to answer"
    return aside


@pytest.fixture(scope="module")
def aside() -> Iterator[LogsAside]:
    with at_work() as working:
        yield working


def pid_of(aside: LogsAside) -> int:
    assert aside.process is not None
    return aside.process.pid


def test_only_what_is_kept_comes_back_with_how_much_there_was(aside: LogsAside) -> None:
    read_aside = aside.read(packed(GOOD))
    assert read_aside is not None
    assert read_aside.lines == "INFO: Starting Backup of VM 100 (qemu)\nTASK OK"
    assert (read_aside.count, read_aside.total, read_aside.unpacked) == (3, 3, len(GOOD))


@examples(300)
@given(BODY, st.booleans(), st.sampled_from(["gzip", "", "x-gzip", "br"]))
def test_what_it_tells_is_what_is_read_here(
    aside: LogsAside,
    body: dict[str, object],
    escaped: bool,  # noqa: FBT001 -- drawn
    encoding: str,
) -> None:
    text = json.dumps(body, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    told = aside.read(packed(text, encoding))
    if told is not None:
        assert redact(TASK_LOG, log_answer(told)) == redact(TASK_LOG, read(text, of_log=True))


@pytest.mark.parametrize(
    "log",
    [
        packed(log_of(f"WARN: {SECRET}")),
        packed(rb'{"data":[{"n":1,"t":"\ud800"}]}'),
        packed(b'{"data":[{"n":1}]}'),
        packed(b'{"data":[],"data":[]}'),
        packed(b"<html>"),
        packed(b""),
        packed(b" " * LONGEST + GOOD),
        PackedLog(b"not packed", "gzip", ()),
        PackedLog(gzip.compress(GOOD)[:-4], "gzip", ()),
        PackedLog(gzip.compress(GOOD) + b"more", "gzip", ()),
    ],
    ids=["secret", "half", "no text", "twice", "page", "nothing", "long", "not packed", "cut", "more"],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_usual_way(aside: LogsAside, log: PackedLog) -> None:
    assert aside.read(log) is None
    assert aside.read(packed(GOOD)) is not None


def test_each_of_many_threads_gets_its_own_log(aside: LogsAside) -> None:
    def first_of(number: int) -> str:
        texts = [f"ERROR: {number}", *(["INFO: Failed at 2026-11-21 01:00:00"] * (number % 7) * 300)]
        told = aside.read(packed(log_of(*texts)))
        assert told is not None
        assert told.count == len(texts)
        return told.lines.partition("\n")[0]

    with ThreadPoolExecutor(12) as threads:
        found = list(threads.map(first_of, range(300)))
    assert found == [f"ERROR: {number}" for number in range(300)]


def test_a_process_that_is_killed_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logs_aside.__name__)
    with at_work() as aside:
        os.kill(pid_of(aside), signal.SIGKILL)
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(aside.read, [packed(GOOD)] * 20)) == [None] * 20
        assert "Logs are read in this process from now on" in caplog.text
        begin(aside)
        assert aside.read(packed(GOOD)) is None


def test_a_process_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs_aside, "PATIENCE_S", 0.2)
    with at_work() as aside:
        os.kill(pid_of(aside), signal.SIGSTOP)
        assert aside.read(packed(GOOD)) is None
        began = time.monotonic()
        assert aside.read(packed(GOOD)) is None
        assert time.monotonic() - began < 0.1


def test_who_waits_for_it_when_all_is_over_is_let_go() -> None:
    with at_work() as aside:
        os.kill(pid_of(aside), signal.SIGSTOP)
        threads = ThreadPoolExecutor(4)
        waiting = [threads.submit(aside.read, packed(GOOD)) for _ in range(4)]
        time.sleep(0.1)
    assert [future.result(PATIENCE_S) for future in waiting] == [None] * 4
    threads.shutdown()


def test_a_process_that_takes_nothing_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs_aside, "PATIENCE_S", 0.5)
    large = PackedLog(b"x" * 2_000_000, "", ())
    with at_work() as aside:
        os.kill(pid_of(aside), signal.SIGSTOP)
        with ThreadPoolExecutor(6) as threads:
            began = time.monotonic()
            assert list(threads.map(aside.read, [large] * 6)) == [None] * 6
        assert time.monotonic() - began < 5


def test_one_that_is_late_to_fetch_its_answer_holds_up_the_others_and_mixes_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetch, late = logs_aside._reply, iter([0.3])  # noqa: SLF001 -- the moment that matters lies before it

    def fetch_late(line: socket.socket) -> Reply:
        time.sleep(next(late, 0))
        return fetch(line)

    with at_work() as aside, ThreadPoolExecutor(6) as threads:
        monkeypatch.setattr(logs_aside, "_reply", fetch_late)
        began = time.monotonic()
        logs = [packed(log_of(f"ERROR: {number}")) for number in range(60)]
        told = [read.lines if read is not None else None for read in threads.map(aside.read, logs)]
        assert told == [f"ERROR: {number}" for number in range(60)]
        assert time.monotonic() - began < 5


def test_an_answer_to_another_question_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = logs_aside._reply  # noqa: SLF001 -- the process itself never tells a wrong number

    def fetch_wrong(line: socket.socket) -> Reply:
        return Reply(fetch(line).number + 1, None)

    with at_work() as aside:
        monkeypatch.setattr(logs_aside, "_reply", fetch_wrong)
        assert aside.read(packed(GOOD)) is None
        monkeypatch.undo()
        assert aside.read(packed(GOOD)) is None


@pytest.mark.parametrize("place", [Path("/srv"), "here", "/srv/a:b"])
def test_modules_that_another_process_may_not_find_alike_keep_it_from_being_started(
    place: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, place])
    with LogsAside(CORES) as aside:
        begin(aside)
        assert aside.process is None


@pytest.mark.parametrize("command", ["/nowhere/python", "/bin/true", "/bin/cat", "", None])
def test_without_a_python_to_start_all_is_read_here(command: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", command)
    with LogsAside(CORES) as aside:
        begin(aside)
        for _ in range(50):
            assert aside.read(packed(GOOD)) is None
            time.sleep(0.01)


def test_where_it_may_not_choose_its_cores_it_reads_all_the_same() -> None:
    with LogsAside(frozenset({10_000})) as aside:  # none of these
        begin(aside)
        until = time.monotonic() + PATIENCE_S
        while aside.read(packed(GOOD)) is None:
            assert time.monotonic() < until, "the process did not begin to answer"


@pytest.mark.skipif(len(CORES) == 1, reason="this machine has one core")
def test_it_is_on_its_cores_from_its_first_moment_on_and_who_starts_it_stays_where_he_was() -> None:
    here, *others = CORES
    os.sched_setaffinity(0, {here})
    try:
        with LogsAside(frozenset(others)) as aside:
            aside.start()
            assert os.sched_getaffinity(pid_of(aside)) == set(others)
            assert os.sched_getaffinity(0) == {here}
    finally:
        os.sched_setaffinity(0, CORES)


def test_it_can_be_started_before_there_are_logs() -> None:
    with LogsAside(CORES) as aside:
        aside.start()
        started = pid_of(aside)
        aside.start()
        begin(aside)
        assert pid_of(aside) == started


def test_it_tells_whether_a_log_had_better_wait_for_it() -> None:
    with LogsAside(CORES) as aside:
        assert not aside.is_starting()
        aside.start()
        assert aside.is_starting()
        until = time.monotonic() + PATIENCE_S
        while aside.is_starting():
            assert time.monotonic() < until, "the process is not ready"
            time.sleep(0.001)
        assert aside.read(packed(GOOD)) is not None
    assert not aside.is_starting()


@pytest.mark.parametrize("command", ["/nowhere/python", "/bin/true", "/bin/cat"])
def test_nobody_waits_for_a_process_that_cannot_be_started(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", command)
    with LogsAside(CORES) as aside:
        aside.start()
        until = time.monotonic() + 10
        while aside.is_starting():
            assert time.monotonic() < until, "it waits for ever"
            time.sleep(0.001)
        assert aside.read(packed(GOOD)) is None


def test_for_a_few_logs_there_is_no_process() -> None:
    with LogsAside(CORES) as aside:
        for _ in range(100):
            assert aside.read(packed(GOOD)) is None
        assert aside.process is None


def test_without_cores_there_is_no_process() -> None:
    with LogsAside(frozenset()) as aside:
        begin(aside)
        assert aside.process is None
        assert aside.read(packed(GOOD)) is None


def test_it_is_told_no_setting_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PVE_API_TOKEN_SECRET", SECRET)
    with at_work() as aside:
        told = Path(f"/proc/{pid_of(aside)}/environ").read_bytes() + Path(f"/proc/{pid_of(aside)}/cmdline").read_bytes()
        assert b"PYTHONPATH" in told
        assert SECRET.encode() not in told
        assert b"PVE_" not in told


STARTED = """
import os, sys, time
from pve_backup_report.collect.logs_aside import LogsAside
from pve_backup_report.collect.log_process import PackedLog
aside = LogsAside(frozenset(os.sched_getaffinity(0)))
aside.read(PackedLog(bytes(10**6), "", ()))
print(aside.process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_who_started_it(end: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTED], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as program:
        assert program.stdout is not None
        pid = int(program.stdout.readline())
        assert is_alive(pid)
        program.send_signal(end)
    until = time.monotonic() + PATIENCE_S
    while is_alive(pid):
        assert time.monotonic() < until, "it lives on"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
