"""A history that this user may only read is looked at all the same, and stays as it is; none is held open."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from history.lab import DAY, NOW, YEARS, Keeper, lab
from nobody import as_somebody_else
from pve_backup_report.errors import SettingsError
from pve_backup_report.history.database import FILE
from pve_backup_report.history.lookup import difference, history_of
from pve_backup_report.history.memory import Memory
from pve_backup_report.settings import Settings, read_settings


@contextmanager
def folder_to_read(mode: int = 0o555) -> Iterator[Path]:
    """A folder that anybody can come into, with a history in it; at the end it and the files cannot be written."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(2):
            Keeper(folder).run(lab(now=NOW + number * DAY))
        folder.chmod(mode)
        (folder / FILE).chmod(0o444)
        yield folder
        folder.chmod(0o755)


def settings_for(folder: Path) -> Settings:
    environ = {"STATE_DIR": str(folder), "HISTORY_CLUSTER": "lab", "REPORT_TIMEZONE": "UTC"}
    return read_settings(environ, None, need_connection=False)[0]


@pytest.mark.parametrize("mode", [0o555, 0o777])
def test_a_history_that_cannot_be_written_is_looked_at(mode: int) -> None:
    with folder_to_read(mode) as folder:
        settings, before = settings_for(folder), (folder / FILE).read_bytes()
        history_of(settings, 0)  # all that is imported when it is needed is here
        with as_somebody_else():
            assert [run.at for run in history_of(settings, 0).runs] == [NOW, NOW + DAY]
            assert difference(settings, "previous").after.at == NOW + DAY
        assert (folder / FILE).read_bytes() == before
        assert [path.name for path in folder.iterdir()] == [FILE]


def test_what_a_run_wrote_last_is_seen_as_well() -> None:
    with folder_to_read(0o755) as folder:
        settings = settings_for(folder)
        history_of(settings, 0)
        with sqlite3.connect(folder / FILE) as writer:  # another run: what it writes is not in the file itself yet
            writer.execute("UPDATE run SET asked_at = ? WHERE asked_at = ?", (NOW + 5, NOW + DAY))
        (folder / f"{FILE}-wal").chmod(0o444)
        with as_somebody_else():
            assert [run.at for run in history_of(settings, 0).runs] == [NOW, NOW + 5]
        writer.close()


def test_a_history_that_is_written_all_the_while_is_not_guessed_at() -> None:
    with folder_to_read(0o755) as folder, (folder / f"{FILE}-wal").open("ab", buffering=0) as log:
        settings = settings_for(folder)
        log.truncate(100 * 1024**2)  # it takes longer to copy than anything to write
        writes = [sys.executable, "-c", "while True: print(end='x', flush=True)"]
        with subprocess.Popen(writes, stdout=log) as writer:
            while log.seek(0, os.SEEK_END) == 100 * 1024**2:
                time.sleep(0.01)
            try:
                with as_somebody_else(), pytest.raises(SettingsError, match="a report is being written into it"):
                    history_of(settings, 0)
            finally:
                writer.kill()


def test_what_was_written_last_may_go_into_the_file_while_it_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    copies, copy = [], shutil.copyfile

    def copy_too_late(source: Path, target: Path) -> Path:
        copies.append(source.name)
        if source.name == f"{FILE}-wal":
            source.unlink()  # as SQLite does when the last run lets go of the file
        return copy(source, target)

    with folder_to_read(0o777) as folder:
        settings = settings_for(folder)
        history_of(settings, 0)
        (folder / f"{FILE}-wal").write_bytes(b"")
        monkeypatch.setattr(shutil, "copyfile", copy_too_late)
        with as_somebody_else():
            assert [run.at for run in history_of(settings, 0).runs] == [NOW, NOW + DAY]
    assert copies == [FILE, f"{FILE}-wal", FILE]


def test_a_history_that_cannot_even_be_read_is_told_in_a_sentence() -> None:
    with folder_to_read() as folder:
        (folder / FILE).chmod(0o000)
        settings = settings_for(folder)
        with as_somebody_else(), pytest.raises(SettingsError, match=r"cannot be read \(Permission denied\)"):
            history_of(settings, 0)


def test_however_a_run_ends_nothing_holds_its_history_open(tmp_path: Path) -> None:
    def held() -> bool:
        links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return any(path.is_relative_to(tmp_path) for path in links)

    memory = Memory(tmp_path, "lab", NOW, YEARS)
    with suppress(ZeroDivisionError), memory:
        memory.open()
        assert held()
        raise ZeroDivisionError
    assert not held()
