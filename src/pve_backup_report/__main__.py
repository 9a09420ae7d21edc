"""``python -m pve_backup_report``, and the console script: from here on the process can be asked to end."""

import _signal  # type: ignore[import-not-found]  # the quick half of ``signal``: before this line nothing is guarded
import sys

if hasattr(_signal, "pthread_sigmask"):  # a request to end waits until there is somebody to hear it
    _signal.pthread_sigmask(_signal.SIG_BLOCK, (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP))

from pve_backup_report.ending import to_the_end


def run() -> None:
    """Run the program with the process's arguments, and end the process."""
    to_the_end(_work)


def _work() -> int:
    from pve_backup_report.cli import main  # noqa: PLC0415 -- slow, and an interrupt must find us ready

    return main(sys.argv[1:])


if __name__ == "__main__":
    run()
