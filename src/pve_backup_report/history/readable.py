"""A history that this user may only read, such as a copy or a snapshot: looked at in a copy of its own.

SQLite writes beside a file even to read it, and an older one is to be brought up to date first.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pve_backup_report.history.database import FILE
from pve_backup_report.history.trouble import HistoryTroubleError

_LOG = f"{FILE}-wal"
_TRIES, _PAUSE_S = 5, 0.1


@contextmanager
def readable(folder: Path) -> Iterator[Path]:
    """Give the folder itself where it can be written, else that of a copy, for as long as it is looked at.

    Args:
        folder: of a history that is there.

    Raises:
        OSError: the history cannot be read, or there is no room for a copy.
        HistoryTroubleError: something wrote into it each time that it was copied.
    """
    if all(_may_write(path) for path in (folder, folder / FILE)):
        yield folder
        return
    for _ in range(_TRIES):
        with tempfile.TemporaryDirectory(prefix="pve-backup-history-") as own:
            if _copied(folder, Path(own)):
                yield Path(own)
                return
        time.sleep(_PAUSE_S)
    raise HistoryTroubleError(f"{folder / FILE}: a report is being written into it. Try again in a minute.")


def _copied(folder: Path, own: Path) -> bool:
    """Copy a history; whether nothing wrote into it meanwhile."""
    try:
        before = _state(folder)
        for name in before:
            shutil.copyfile(folder / name, own / name)
        return _state(folder) == before
    except FileNotFoundError:
        if (folder / FILE).exists():  # only what was written last is gone: it is in the file now
            return False
        raise


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of the files that hold a history: what was written last is in the second one."""
    there = [(name, (folder / name).stat()) for name in (FILE, _LOG) if name == FILE or (folder / name).exists()]
    return {name: (found.st_size, found.st_mtime_ns) for name, found in there}
