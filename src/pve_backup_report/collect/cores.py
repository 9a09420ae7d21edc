"""On which processor cores a collection runs: its threads on one, what helps them on the others.

Python lets one thread of a process work at a time. Where they may run anywhere nearly each turn begins on another core,
which fetches first what the last one had at hand: the same questions cost far more processor time.
"""

import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NO_CORES: frozenset[int] = frozenset()

# Who reads a long list lets the others ask in between; at Python's own 5 ms each waits as long as for an answer.
_TURN_S = 0.001
_STAT = Path("/proc/thread-self/stat")
_PROCESSOR = 36  # places behind the name, which may hold anything (proc_pid_stat(5), field 39)


@contextmanager
def one_core() -> Iterator[frozenset[int]]:
    """Keep this thread, and those that it starts, on the core where it is now.

    Not where the system cannot do so, nor in the processes of a fleet: there are as many as there are clusters, and
    two could choose the same core.

    Yields:
        The other cores that this process may use; none where nothing was changed.
    """
    allowed, here = _cores()
    if here is None or len(allowed) == 1:
        yield NO_CORES
        return
    turn_s = sys.getswitchinterval()
    with suppress(OSError):
        os.sched_setaffinity(0, {here})
    sys.setswitchinterval(_TURN_S)
    try:
        yield allowed - {here}
    finally:
        sys.setswitchinterval(turn_s)
        with suppress(OSError):
            os.sched_setaffinity(0, allowed)


@contextmanager
def children_on(cores: frozenset[int]) -> Iterator[None]:
    """Have the processes that this thread starts meanwhile run on some cores from their first moment on.

    Else they would begin on the core of who starts them, and beginning keeps it busy for the time of a dozen answers.
    Where the system does not let choose they run where this thread does.

    Args:
        cores: on which.
    """
    allowed = os.sched_getaffinity(0)
    with suppress(OSError):
        os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setaffinity(0, allowed)


def _cores() -> tuple[frozenset[int], int | None]:
    """Return the cores that this thread may use, and the one that it is on; None where that cannot be told."""
    if not hasattr(os, "sched_setaffinity") or multiprocessing.parent_process() is not None:
        return NO_CORES, None
    try:
        allowed = frozenset(os.sched_getaffinity(0))
        here = int(_STAT.read_text("ascii", "replace").rpartition(")")[2].split()[_PROCESSOR])
    except (OSError, ValueError, IndexError):
        return NO_CORES, None
    return allowed, here if here in allowed else None
