"""A lock that keeps two runs for one cluster from overlapping; the system frees it when its process ends, however."""

import hashlib
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pve_backup_report.errors import AlreadyRunning

try:
    import fcntl
except ImportError:  # pragma: no cover -- Windows
    fcntl = None  # type: ignore[assignment]

_LOG = logging.getLogger(__name__)
_PAUSE_S = 0.2
_LARGEST_NOTE = 1000  # bytes
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


def lock_file(directory: Path, address: str) -> Path:
    """Return the file that runs for one cluster lock; two clusters in one directory do not wait for each other.

    Args:
        directory: where it lies.
        address: whom the runs ask.
    """
    return directory / f".pve-backup-report-{hashlib.sha256(address.encode()).hexdigest()[:12]}.lock"


@contextmanager
def alone(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock; where the file system knows no locks, warn and go on without.

    Args:
        path: the file to lock.
        wait_s: seconds to wait for another run to end.

    Raises:
        AlreadyRunning: another run still holds it.
    """
    held: list[int] = []
    try:
        _take(path, wait_s, held)
        yield
    finally:
        for descriptor in held:
            path.unlink(missing_ok=True)  # while it is held: whoever waits for it sees that it is gone
            os.close(descriptor)


def _take(path: Path, wait_s: float, held: list[int]) -> None:
    """Take the lock, and put the descriptor that holds it where whoever is interrupted finds it; none if none can."""
    if fcntl is None:  # pragma: no cover -- Windows
        return
    until = time.monotonic() + wait_s
    while True:
        descriptor = None
        try:
            descriptor = os.open(path, _OPEN, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(path, descriptor):
                held.append(descriptor)
                with suppress(OSError):  # a full disk: it is held all the same, and only does not tell by whom
                    _sign(descriptor)
                return
            os.close(descriptor)  # the run that held it took the file away: try the new one
        except BlockingIOError:
            other = _note(descriptor)
            if descriptor is not None:
                os.close(descriptor)
            if time.monotonic() >= until:
                raise AlreadyRunning(_told(other, wait_s)) from None
            time.sleep(_PAUSE_S)
        except OSError as error:  # ENOLCK of some network file systems, another user's file, a link
            if descriptor is not None:
                os.close(descriptor)
            told = error.strerror or "unknown reason"
            _LOG.warning("%s: cannot be locked (%s); see to it yourself that no two runs overlap.", path, told)
            return


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        there = path.lstat()
    except FileNotFoundError:
        return False
    ours = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def _sign(descriptor: int) -> None:
    note = {"pid": os.getpid(), "host": socket.gethostname(), "since": int(time.time())}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(note).encode(), 0)


def _note(descriptor: int | None) -> object:
    """Return what the other run wrote down; None when that is not, or not yet, to be read."""
    try:
        return None if descriptor is None else json.loads(os.pread(descriptor, _LARGEST_NOTE, 0))
    except (OSError, ValueError, RecursionError):
        return None


def _told(note: object, wait_s: float) -> str:
    facts = []
    if isinstance(note, dict):
        pid, host, since = note.get("pid"), note.get("host"), note.get("since")
        if isinstance(pid, int):
            facts.append(f"process {pid}" + (f" on {host!r}" if isinstance(host, str) else ""))
        if isinstance(since, int) and 0 <= since < 2**33:
            facts.append(f"since {datetime.fromtimestamp(since, UTC):%Y-%m-%d %H:%M:%S} UTC")
    who = f" ({', '.join(facts)})" if facts else ""
    waited = f" after {wait_s:g} s of waiting" if wait_s else ""
    return f"Another run for this cluster is at work{who}; this one ends{waited} and asks nothing."
