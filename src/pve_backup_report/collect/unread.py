"""An answer before it is read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pve_backup_report.model.answer import Answer


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands where an answer's data will be: what came takes so long to read that the next question goes out first.

    Attributes:
        read: reads it, and returns the answer that it is.
    """

    read: Callable[[], Answer] = field(repr=False)
