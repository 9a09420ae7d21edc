"""A run as the plugin of a monitoring system: one line on stdout and one of four exit codes, whatever happens."""

import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise

from pve_backup_report.arguments import parse_arguments
from pve_backup_report.errors import OutputError
from pve_backup_report.hidden import scrubbed

_OPTION, _NAGIOS = "--format", "nagios"
_UNKNOWN = 3


class _FirstError(logging.Handler):
    """Keeps what the run says is wrong."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(scrubbed(record.getMessage()))


def asks_for_check(argv: Sequence[str]) -> bool:
    """Tell whether the command line, right or wrong, asks for a check."""
    return f"{_OPTION}={_NAGIOS}" in argv or (_OPTION, _NAGIOS) in pairwise(argv)


def run_as_check(argv: Sequence[str], run: Callable[[Sequence[str]], int]) -> int:
    """Run the program; when it comes to no answer, the line says so and why, and the state is unknown.

    Args:
        argv: the arguments after the program's name.
        run: the program, which writes its line on stdout when it comes to an answer, and returns the exit code.
    """
    told = _command_line_fault(argv)
    if told is not None:
        return _end(_unknown(told), _UNKNOWN)
    errors, out = _FirstError(), io.StringIO()
    log = logging.getLogger(__package__)
    log.addHandler(errors)
    try:
        with redirect_stdout(out):
            code = run(argv)
    finally:
        log.removeHandler(errors)
    if out.getvalue():
        return _end(out.getvalue(), code)
    first, *others = errors.told or [f"the run ended without an answer, with exit code {code}"]
    more = f" ({len(others)} more on stderr)" if others else ""
    return _end(_unknown(f"{first}{more}"), _UNKNOWN)


def _command_line_fault(argv: Sequence[str]) -> str | None:
    """Return what is wrong with the command line; --help and --version end the program as ever."""
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            parse_arguments(argv)
    except SystemExit as stop:
        if not stop.code:
            raise
        sys.stderr.write(said.getvalue())
        return said.getvalue().rpartition("error: ")[2].strip()
    return None


def _unknown(told: str) -> str:
    from pve_backup_report.render.nagios import State, nagios_line  # noqa: PLC0415 -- heavy, and seldom needed

    return f"{nagios_line(State.UNKNOWN, told)}\n"


def _end(line: str, code: int) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):  # a pipe that is not UTF-8 shows escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads it any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNKNOWN
    except OutputError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return _UNKNOWN
    return code
