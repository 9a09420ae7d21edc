"""What the reader's settings ask of the judgement."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wishes:
    """Limits and names that only people know.

    Attributes:
        max_age_s: seconds after which a backup is too old, whatever the schedule; None for no such limit.
        offsite: storages, backup servers and ``server:datastore`` pairs that are away from the cluster.
    """

    max_age_s: int | None = None
    offsite: frozenset[str] = frozenset()


NONE = Wishes()
