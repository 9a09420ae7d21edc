"""Values for rows and gauges, in which "there is none" and "was not seen" are never the same."""

from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.render.moment import calendar_shows


class Absent(StrEnum):
    """Why a value is not there; the words stand in cells."""

    NULL = "null"  # there is none, or it does not apply
    UNKNOWN = "unknown"  # it was not seen


@dataclass(frozen=True, slots=True)
class At:
    """A point in time.

    Attributes:
        epoch: seconds; one that a calendar can show.
    """

    epoch: int


Value = str | int | At | Absent | tuple[str, ...]
"""What a cell holds; a ``bool`` is an ``int``, and an empty tuple a list that is known to be empty."""


def at(epoch: int | None, otherwise: Absent) -> At | Absent:
    """Return a point in time.

    Args:
        epoch: seconds; None when there is none to show.
        otherwise: what takes the place of None; an epoch that no calendar shows is not known.
    """
    if epoch is None:
        return otherwise
    return At(epoch) if calendar_shows(epoch) else Absent.UNKNOWN


def known(value: str | int | None) -> str | int | Absent:
    """Return the value; None is what was not told."""
    return Absent.UNKNOWN if value is None else value
