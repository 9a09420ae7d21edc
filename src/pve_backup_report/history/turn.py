"""Taking turns: one run at a time sets up or mends the file of a history; the system ends the turn of one that dies."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover -- Windows
    fcntl = None  # type: ignore[assignment]

_PAUSE_S = 0.05


@contextmanager
def in_turn(folder: Path, wait_s: float) -> Iterator[None]:
    """Let no other run do the same in this folder meanwhile; go on without where there are no locks, or it takes long.

    Args:
        folder: of the history; it is what is locked, so that no file is left behind.
        wait_s: seconds to wait for another run.
    """
    descriptor = None
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        if descriptor is not None:
            _wait(descriptor, time.monotonic() + wait_s)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _wait(descriptor: int, until: float) -> None:
    if fcntl is None:  # pragma: no cover -- Windows
        return
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return
            time.sleep(_PAUSE_S)
        except OSError:  # some network file systems lock no folders
            return
        else:
            return
