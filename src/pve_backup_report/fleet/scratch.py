"""A folder for what one run of a fleet needs on the way; that of a run that was killed goes with the next one."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pve_backup_report.errors import OutputError

try:
    import fcntl
except ImportError:  # pragma: no cover -- Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX = "pve-backup-fleet-"
_HELD = ".held"
_YOUNG_S = 60  # one that is just being made has no lock yet


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield the folder, which is this user's alone and goes with the run.

    Raises:
        OutputError: none can be made.
    """
    _sweep()
    try:
        folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        held = os.open(Path(folder.name) / _HELD, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        told = error.strerror or "unknown reason"
        raise OutputError(f"No temporary folder can be made ({told}). Name a place with room in TMPDIR.") from None
    with folder as name:
        try:
            _is_free(held)
            yield Path(name)
        finally:
            os.close(held)


def _sweep() -> None:
    """Remove the folders of this user that no living run holds."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if fcntl is not None else ():
        with suppress(OSError):  # taken away by another run
            status = path.lstat()
            if status.st_uid != os.getuid() or path.is_symlink() or time.time() - status.st_mtime < _YOUNG_S:
                continue
            held = os.open(path / _HELD, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                if _is_free(held):
                    shutil.rmtree(path)
            finally:
                os.close(held)


def _is_free(held: int) -> bool:
    """Lock an open file; False when somebody else holds it, or when there are no locks."""
    if fcntl is None:  # pragma: no cover -- Windows
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
