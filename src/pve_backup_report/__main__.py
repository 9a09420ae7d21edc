"""``python -m pve_backup_report``, and the console script: from here on the process can be asked to end."""

import _signal  # type: ignore[import-not-found]  # the quick half of ``signal``: before this line nothing is guarded
import os
import sys

if hasattr(_signal, "pthread_sigmask"):  # a request to end waits until there is somebody to hear it
    _signal.pthread_sigmask(_signal.SIG_BLOCK, (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP))

_ROOM = 64 * 2**20  # bytes


def _may_compile() -> bool:
    """Say whether Python may keep what it compiles: where the room ends it keeps halves, and never runs again."""
    try:
        import resource  # noqa: PLC0415 -- not everywhere

        place = os.statvfs(__file__)
    except (ImportError, AttributeError, OSError):
        return True
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return place.f_bavail * place.f_frsize > _ROOM and (limit == resource.RLIM_INFINITY or limit > _ROOM)


if not _may_compile():
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # for the processes of a fleet

from pve_backup_report.ending import to_the_end  # noqa: E402 -- see above


def run() -> None:
    """Run the program with the process's arguments, and end the process."""
    to_the_end(_work)


def _work() -> int:
    # all this is slow, and an interrupt must find us ready
    from pve_backup_report.cli import main  # noqa: PLC0415 -- see above
    from pve_backup_report.garbage import look_no_more, look_seldom  # noqa: PLC0415 -- see above
    from pve_backup_report.standard_output import told  # noqa: PLC0415 -- see above

    # processes of a fleet end in any order when they are interrupted: what Python warns of then is nothing for a user
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    os.umask(0o077)  # all that is written is its owner's alone, also by libraries
    look_seldom()
    code = told(lambda: main(sys.argv[1:]))
    look_no_more()
    return code


if __name__ == "__main__":
    run()
