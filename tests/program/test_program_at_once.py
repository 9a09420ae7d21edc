"""Programs at work at the same time: on one history that is not there yet, and on one tape."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from fake_proxmox import FakeProxmox
from history.lab import lab
from program.running import run, settings_of
from pve_backup_report.collect.tape_file import read_tape, tape_bytes
from simulator import PRESETS, ProxmoxApi

RUNS = 3
WRITER = """
import sys
from pathlib import Path
from pve_backup_report.deliver.files import write_file
tape, *others = map(Path, sys.argv[1:])
contents = [other.read_bytes() for other in others]
print("begun", flush=True)
while True:
    for content in contents:
        write_file(tape, content, "--record")
"""


def run_at_once(folder: Path, *report_dirs: str) -> list[tuple[int, str]]:
    """Exit code and stderr of programs that are started at the same time, with one history."""
    with FakeProxmox(ProxmoxApi(lab(now=int(time.time())), PRESETS["root_full"])) as fake:
        environ = {**settings_of(fake, STATE_DIR=str(folder / "state"), REPORT_FORMATS="json"), "PATH": os.defpath}
        command = [sys.executable, "-m", "pve_backup_report", "--no-deliver", "--output-dir"]
        running = [
            subprocess.Popen(
                [*command, name], cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            for name in report_dirs
        ]
        errors = [process.communicate(timeout=120)[1] for process in running]
    return [(process.returncode, err) for process, err in zip(running, errors, strict=True)]


def kept(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "state" / "history.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT COUNT(*) FROM run").fetchone()[0])


def test_runs_that_begin_a_history_at_once_are_all_kept(tmp_path: Path) -> None:
    outcomes = run_at_once(tmp_path, *(f"reports-{number}" for number in range(RUNS)))
    assert outcomes == [(0, "")] * RUNS
    assert kept(tmp_path) == RUNS
    for number in range(RUNS):
        (report,) = (tmp_path / f"reports-{number}").glob("pve-*.json")
        assert json.loads(report.read_text())["history"]["fault"] is None
    assert not list((tmp_path / "state").glob("*damaged*"))


def test_of_runs_with_one_folder_for_reports_the_later_ones_say_for_whom_they_make_way(tmp_path: Path) -> None:
    outcomes = run_at_once(tmp_path, *["reports"] * RUNS)
    assert [code for code, _ in outcomes] == [0] * RUNS
    away = [err for _, err in outcomes if err]
    assert all("Another run for this cluster is at work" in err and len(err.splitlines()) == 1 for err in away)
    assert kept(tmp_path) == RUNS - len(away) > 0


def test_who_replays_a_tape_while_another_records_it_reads_a_whole_one(tmp_path: Path) -> None:
    tape, small, large = tmp_path / "tape.json.gz", tmp_path / "small.json.gz", tmp_path / "large.json.gz"
    run(tmp_path, "--demo", "--dump-coverage", "--record", str(small))
    first = read_tape(small)
    padding = dict.fromkeys((f"/nodes/x{number}/time" for number in range(3000)), next(iter(first.answers.values())))
    other = replace(first, tool_version="x", answers={**first.answers, **padding})
    large.write_bytes(tape_bytes(other, large.name))
    tape.write_bytes(small.read_bytes())
    command = [sys.executable, "-c", WRITER, *map(str, (tape, large, small))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        seen = [run(tmp_path, "--replay", str(tape), "--dump-coverage", "--format", "json") for _ in range(8)]
        versions, until = set[str](), time.monotonic() + 30
        while len(versions) < 2 and time.monotonic() < until:
            versions.add(read_tape(tape).tool_version)
        writer.kill()
    assert [(outcome.code, outcome.err) for outcome in seen] == [(0, "")] * len(seen)
    assert len({outcome.out for outcome in seen}) == 1
    assert versions == {"x", first.tool_version}
