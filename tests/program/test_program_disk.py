"""A disk that is full, read-only or gone: one sentence, the right exit code, and what was there before stays whole."""

import json
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliver.receiver import receiving
from fake_proxmox import FakeProxmox
from laws.trap_worlds import world
from program.running import run, settings_of
from pve_backup_report.collect.tape_file import read_tape
from pve_backup_report.deliver.files import prepare_directory, write_file
from pve_backup_report.fleet.scratch import scratch_folder
from simulator import PRESETS, ProxmoxApi

DEMO = ("--demo", "-q", "--formats", "html,json,csv,xlsx,prometheus")


@pytest.fixture
def fake() -> Iterator[FakeProxmox]:
    with FakeProxmox(ProxmoxApi(world(), PRESETS["seer"])) as server:
        yield server


def limited(folder: Path, size: int, environ: dict[str, str], *argv: str) -> subprocess.CompletedProcess[str]:
    """Run the program where no file may grow beyond a size: the kernel refuses, as on a full disk."""
    return subprocess.run(
        [sys.executable, "-m", "pve_backup_report", *argv],
        cwd=folder, env={**environ, "PATH": os.defpath}, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )  # fmt: skip


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("more", "size", "named"),
    [
        ((), 20_000, "REPORT_DIR"),
        (("--record", "t.json.gz"), 300, "--record"),
        (("--bundle", "b.zip"), 0, "REPORT_DIR"),
    ],
)
def test_a_full_disk_ends_with_2_and_old_files_stay_whole(
    tmp_path: Path, more: tuple[str, ...], size: int, named: str
) -> None:
    assert run(tmp_path, *DEMO, *more).code == 0
    before = content(tmp_path)
    full = limited(tmp_path, size, {}, *DEMO, *more)
    assert full.returncode == 2
    assert "cannot be written (File too large)." in full.stderr
    assert named in full.stderr
    assert len(full.stderr.splitlines()) == (2 if "--record" in more else 1)
    assert content(tmp_path) == before


def test_old_reports_are_kept_when_no_new_one_could_be_written(tmp_path: Path, fake: FakeProxmox) -> None:
    environ = settings_of(fake, REPORT_DIR="reports", REPORT_KEEP="1", REPORT_FORMATS="html")
    assert run(tmp_path, "-q", environ=environ).code == 0
    (made,) = (tmp_path / "reports").glob("*Z.html")
    old = made.rename(made.with_name(re.sub(r"\d{4}-\d\d-\d\d", "2020-01-01", made.name)))
    assert limited(tmp_path, 20_000, environ, "-q").returncode == 2
    assert old.exists()
    assert run(tmp_path, "-q", environ=environ).code == 0
    assert not old.exists()


@pytest.mark.parametrize("option", ["--record", "--bundle"])
def test_a_tape_or_a_bundle_that_does_not_fit_keeps_no_report_back(
    tmp_path: Path, fake: FakeProxmox, option: str
) -> None:
    with receiving() as hook:
        environ = {**settings_of(fake), "WEBHOOK_URL": f"http://127.0.0.1:{hook.port}/", "REPORT_FORMATS": "md"}
        outcome = run(tmp_path, "-q", option, str(tmp_path / "gone" / "t.json.gz"), environ=environ)
    assert outcome.code == 4
    told, last = outcome.err.splitlines()
    assert "t.json.gz: cannot be written (No such file or directory)" in told
    assert last == "ERROR: The reports are written all the same."
    assert list((tmp_path / "reports").glob("*.md"))
    assert len(hook.got) == 1


def test_a_fleet_whose_tapes_do_not_fit_is_reported(tmp_path: Path, fake: FakeProxmox) -> None:
    (tmp_path / "sites").mkdir()
    lines = [f"{name}={value}" for name, value in settings_of(fake, REPORT_FORMATS="md").items()]
    (tmp_path / "sites" / "a.env").write_text("\n".join(lines))
    (tmp_path / "tapes" / "a.json.gz").mkdir(parents=True)
    outcome = run(tmp_path, "-q", "--env-file", "sites", "--record", "tapes", environ={"REPORT_FORMATS": "md"})
    assert outcome.code == 4
    assert "ERROR: a: tapes/a.json.gz: cannot be written (this is no plain file)" in outcome.err
    assert list((tmp_path / "reports" / "a").glob("*.md"))


def test_a_history_that_does_not_fit_keeps_no_report_back(tmp_path: Path, fake: FakeProxmox) -> None:
    full = limited(tmp_path, 60_000, settings_of(fake, STATE_DIR=str(tmp_path / "state")), "-q", "--formats", "md")
    assert full.returncode == 0
    assert "See that there is room" in full.stderr
    assert list((tmp_path / "reports").glob("*.md"))


def test_a_folder_that_goes_while_the_cluster_is_asked_is_told(tmp_path: Path, fake: FakeProxmox) -> None:
    fake.latency_s = 0.1
    gone = threading.Thread(target=remove, args=(fake, tmp_path / "reports"))
    gone.start()
    outcome = run(tmp_path, environ=settings_of(fake))
    gone.join()
    assert outcome.code == 2
    assert "cannot be written (No such file or directory)" in outcome.err


def remove(fake: FakeProxmox, folder: Path) -> None:
    while not fake.requests:
        fake.over.wait(0.01)
    shutil.rmtree(folder)


def test_what_killed_runs_left_of_files_named_after_a_day_goes_too(tmp_path: Path) -> None:
    (tmp_path / ".tape-2026-03-04.json.gz.unfinished-abcd_123").write_text("half")
    others = {".tape-2026-03-04.json.gz", ".note.unfinished-", ".unfinished-abcd_123"}
    for name in others:
        (tmp_path / name).write_text("mine")
    write_file(tmp_path / "tape-2026-03-05.json.gz", b"whole")
    prepare_directory(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"tape-2026-03-05.json.gz", *others}


def test_the_temporary_folder_of_a_killed_fleet_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left, young = tmp_path / "pve-backup-fleet-left", tmp_path / "pve-backup-fleet-young"
    for folder in (left, young):
        folder.mkdir()
        (folder / "0.json").write_text("guests")
    os.utime(left, (1, 1))
    with scratch_folder() as mine:
        assert {path.name for path in tmp_path.iterdir()} == {young.name, mine.name}
        os.utime(mine, (1, 1))
        with scratch_folder():
            assert mine.exists()
    assert {path.name for path in tmp_path.iterdir()} == {young.name}


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("--demo", "--formats", "md"), 2),
        (("--demo", "--format", "nagios"), 3),
        (("--print-schema",), 2),
        (("--help",), 2),
    ],
)
def test_standard_output_that_takes_no_more_is_told(tmp_path: Path, argv: tuple[str, ...], code: int) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "pve_backup_report", *argv]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == code
    told = "ERROR: What is shown cannot be written to standard output (No space left on device). Make room there.\n"
    assert done.stderr == told
    assert bool(list(tmp_path.rglob("*.md"))) == ("md" in argv)


def test_all_that_is_written_is_its_owners_alone_whatever_the_umask_says(tmp_path: Path, fake: FakeProxmox) -> None:
    environ = {**settings_of(fake, STATE_DIR=str(tmp_path / "state"), REPORT_FORMATS="html,json,csv,prometheus")}
    done = subprocess.run(
        [sys.executable, "-m", "pve_backup_report", "-q", "--record", "t.json", "--bundle", "b.zip"],
        cwd=tmp_path, env={**environ, "PATH": os.defpath}, umask=0, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    paths = [path for path in tmp_path.rglob("*") if not path.is_symlink()]
    assert len(paths) > 8
    assert {path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077} == set()


def test_who_reads_a_tape_while_it_is_written_reads_a_whole_one(tmp_path: Path) -> None:
    tape = tmp_path / "tape.json"
    run(tmp_path, "--demo", "--dump-coverage", "--record", str(tape))
    whole, over = tape.read_bytes(), threading.Event()
    first = json.loads(whole)["tool_version"][:1]
    other = json.dumps({**json.loads(whole), "tool_version": "x" * 2_000_000}).encode()

    def write() -> None:
        while not over.is_set():
            for each in (other, whole):
                write_file(tape, each)

    writer = threading.Thread(target=write)
    writer.start()
    versions = {read_tape(tape).tool_version[:1] for _ in range(30)}
    over.set()
    writer.join()
    assert versions <= {"x", first}
