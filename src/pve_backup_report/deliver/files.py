"""Files on disk: written under a temporary name and renamed, so that no one ever reads half of one."""

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from pve_backup_report.errors import OutputError

try:
    import fcntl
except ImportError:  # pragma: no cover -- Windows
    fcntl = None  # type: ignore[assignment]

_PLACE = "--output-dir or REPORT_DIR"
_UNFINISHED = ".unfinished-"
_TEMPORARY = re.compile(
    r"\..+\.unfinished-[a-z0-9_]{8}|"
    # as earlier versions called them
    r"\.(?:pve-backup-(?:report_.+|fleet_[-_0-9]+)Z\.[a-z0-9.]+|(?:fleet|report(?:_.+)?)\.[a-z0-9.]+|probe)-[a-z0-9_]{8}"
)


def prepare_directory(directory: Path) -> None:
    """Make the directory, clear it of what killed runs left, and see that files can be written there.

    Args:
        directory: where the reports go.

    Raises:
        OutputError: when it cannot be made or written to.
    """
    try:
        if directory.is_file():
            raise OutputError(f"{directory}: is a file, not a directory; give a directory with {_PLACE}.")
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(path for path in (*directory.iterdir(), *directory.glob("latest/.*")) if _TEMPORARY.fullmatch(path.name))
        descriptor, probe = tempfile.mkstemp(prefix=f".probe{_UNFINISHED}", dir=directory)
        os.close(descriptor)
        Path(probe).unlink(missing_ok=True)
    except OSError as error:
        raise _cannot(directory, error) from None


def write_file(path: Path, content: bytes, option: str = "--output-dir or REPORT_DIR") -> None:
    """Write one file; see ``write_files``.

    Args:
        path: the file.
        content: its bytes.
        option: what the user is to change when that cannot be done.

    Raises:
        OutputError: when it cannot be written.
    """
    try:
        write_files([(path, content)])
    except OutputError as error:
        raise OutputError(str(error).replace(_PLACE, option)) from None


def write_files(files: Sequence[tuple[Path, bytes]]) -> None:
    """Write files whole or not at all; only their owner may read them, since they tell about guests.

    None gets its name before all are on the disk.

    Args:
        files: each with its content; existing ones are replaced.

    Raises:
        OutputError: when one cannot be written; no other one is then, and nothing half-written is left behind.
    """
    with ExitStack() as staged:
        ready = [(_staged(path, content, staged), path) for path, content in files]
        for temporary, path in ready:
            try:
                temporary.replace(path)
            except OSError as error:
                raise _cannot(path, error) from None
        for directory in {path.parent for path, _ in files}:
            _sync(directory)


def _staged(path: Path, content: bytes, staged: ExitStack) -> Path:
    """Write the content beside its place, locked as long as the run lives, and return where."""
    if path.exists() and not path.is_file():  # a device, a pipe or a folder would be replaced by the renaming
        raise _cannot(path, FileExistsError(0, "this is no plain file"))
    try:
        _sweep(path.parent.glob(f"[.]*{_UNFINISHED}????????"))  # also of other files: names may hold a date
        _sweep(path.parent.glob(f"[.]{_literal(path.name)}-????????"))
        descriptor, temporary = _locked_temporary(path)
        staged.callback(Path(temporary).unlink, missing_ok=True)  # failed or interrupted: leave nothing half-written
        staged.callback(os.close, descriptor)
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _cannot(path, error) from None
    return Path(temporary)


def _locked_temporary(path: Path) -> tuple[int, str]:
    while True:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}{_UNFINISHED}", dir=path.parent)
        _lock(descriptor, wait=True)
        if Path(temporary).exists():
            return descriptor, temporary
        os.close(descriptor)  # another run swept it away before it was locked


def _lock(descriptor: int, *, wait: bool = False) -> bool:
    """Lock an open file; False when somebody else holds it and is not waited for, or when there are no locks."""
    if fcntl is None:  # pragma: no cover -- Windows
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _sweep(candidates: Iterable[Path]) -> None:
    """Remove temporary files that no living run holds."""
    for path in candidates:
        with suppress(OSError):  # taken away by another run, or another user's
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            try:
                if _lock(descriptor):
                    path.unlink()
            finally:
                os.close(descriptor)


def _sync(directory: Path) -> None:
    """Make the new names last through a power failure, where the system can."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _literal(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _cannot(path: Path, error: OSError) -> OutputError:
    told = error.strerror or "unknown reason"
    return OutputError(f"{path}: cannot be written ({told}). Choose another place with {_PLACE}.")
