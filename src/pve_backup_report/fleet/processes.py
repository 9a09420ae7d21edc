"""What the clusters' processes are made from: a bare process that has read and compiled all that they need.

One that is made from a bare process has none of our threads and locks, and the modules are imported once.
"""

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

_FORKSERVER = "forkserver"
_WARM = "pve_backup_report.fleet.warm"


def warm_up() -> None:
    """Begin to start that process, which takes its time, while this one imports modules and reads settings."""
    if _FORKSERVER in multiprocessing.get_all_start_methods():
        forkserver.set_forkserver_preload([_WARM])
        forkserver.ensure_running()


def process_context() -> BaseContext:
    """Return how processes are made; where there is no such thing, from nothing."""
    usual = _FORKSERVER in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context(_FORKSERVER if usual else "spawn")
