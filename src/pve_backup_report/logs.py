"""What goes to stderr: the program's own words from the level asked for, its libraries' warnings, no secret in either.

A library's own account of what it does is not shown at any level: it may tell addresses, headers and answers.
"""

import logging
import sys
from collections.abc import Iterable

from pve_backup_report.hidden import scrubbed

_OWN = logging.getLogger("pve_backup_report")


class _Discreet(logging.Formatter):
    """Takes the secrets out of a line, and out of a fault's traceback, when both are whole."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        return scrubbed(super().format(record))


def set_up_log(level: str | int = logging.WARNING, head: str = "") -> None:
    """Log to stderr.

    Args:
        level: of the program's own words.
        head: what stands before each message.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Discreet("%(levelname)s: " + head.replace("%", "%%") + "%(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    set_log_level(level)


def warn(warnings: Iterable[str]) -> None:
    """Tell some warnings, each in a line."""
    for warning in warnings:
        _OWN.warning("%s", warning)


def set_log_level(level: str | int) -> None:
    """Log from another level on."""
    _OWN.setLevel(level)
    logging.getLogger().setLevel(max(_OWN.level, logging.WARNING))
