"""How one day went for one guest."""

from enum import StrEnum


class DayState(StrEnum):
    """One square of the calendar of backups; stable codes.

    What was due is worked out from today's jobs: Proxmox VE does not tell what they were before.
    """

    OK = "ok"  # what was due was begun in time and is good, or a good backup was begun that day
    FAILED = "failed"  # it was tried, and no good backup is known
    MISSED = "missed"  # it was due, and nothing was tried; every task of that time is known
    NONE_DUE = "none-due"  # nothing was due (yet), and no attempt is known
    UNKNOWN = "unknown"  # something that could tell was not seen
