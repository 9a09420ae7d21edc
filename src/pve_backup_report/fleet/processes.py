"""What the clusters' processes are made from: a bare process that has read and compiled all that they need.

One that is made from a bare process has none of our threads and locks, and the modules are imported once. All of them
are one group of processes, so that they can be ended together.
"""

import multiprocessing
import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext

from pve_backup_report.ending import at_the_last, end_at_once, end_now

_FORKSERVER = "forkserver"
_WARM = "pve_backup_report.fleet.warm"
_DYING_S = 0.5
_LOOK_AGAIN_S = 0.01


def warm_up() -> None:
    """Begin to start that process, which takes its time, while this one imports modules and reads settings."""
    if _FORKSERVER not in multiprocessing.get_all_start_methods():
        return
    forkserver.set_forkserver_preload([_WARM])
    resource_tracker.ensure_running()  # it sets the signals as it likes
    # Ctrl-C at a terminal goes to all processes there: that one, and all that come of it, leave it to this one
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    at_the_last(end_processes)


def process_context() -> BaseContext:
    """Return how processes are made; where there is no such thing, from nothing."""
    usual = _FORKSERVER in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context(_FORKSERVER if usual else "spawn")


def begin_process() -> None:
    """Let a process of one cluster end when the one that started it asks for it, or is no more."""
    end_at_once()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        end_now()


def end_processes() -> None:
    """End all of them, those included that are just being made."""
    for child in multiprocessing.active_children():
        child.terminate()
    first: int | None = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_pid", None)
    if first is None:
        return
    with suppress(ProcessLookupError):
        if os.getpgid(first) == first:
            os.killpg(first, signal.SIGTERM)
        else:  # it has not come to that yet
            os.kill(first, signal.SIGTERM)
    until = time.monotonic() + _DYING_S
    with suppress(ChildProcessError):
        while os.waitpid(first, os.WNOHANG) == (0, 0) and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN_S)
