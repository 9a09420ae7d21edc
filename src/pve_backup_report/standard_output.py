"""Standard output, of which it is said in one sentence when nothing more fits into it, or when it is not there."""

import io
import os
import sys
from collections.abc import Callable
from typing import NoReturn, TextIO

from pve_backup_report.errors import OutputError

BROKEN_PIPE = 141
"""The exit code when nobody reads what is shown, as a shell tells it."""


class StandardOutput(io.TextIOWrapper):
    """Text that goes out as ever; a reader who went away is still a ``BrokenPipeError``."""

    def write(self, text: str) -> int:
        """Write a text.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            return super().write(text)
        except OSError as error:
            self._fail(error)

    def flush(self) -> None:
        """See that all has gone out.

        Raises:
            OutputError: it has not.
        """
        try:
            super().flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> NoReturn:
        if isinstance(error, BrokenPipeError):
            raise error
        _nobody_listens(self)
        told = error.strerror or "unknown reason"
        raise OutputError(f"What is shown cannot be written to standard output ({told}). Make room there.") from None


def told(work: Callable[[], int]) -> int:
    """Do the work of the process with such an output, and return its exit code when all has gone out.

    Args:
        work: returns the exit code.
    """
    _set_up()
    try:
        try:
            return work()
        finally:
            sys.stdout.flush()
    except OutputError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        _nobody_listens(sys.stdout)
        return BROKEN_PIPE


def _set_up() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed before we began: it takes all and keeps nothing
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 -- for as long as we are
    out = sys.stdout
    if type(out) is io.TextIOWrapper:
        sys.stdout = StandardOutput(out.detach(), out.encoding, out.errors, line_buffering=out.line_buffering)


def _nobody_listens(out: TextIO) -> None:
    """Let what waits to be written go nowhere: it would fail again when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
