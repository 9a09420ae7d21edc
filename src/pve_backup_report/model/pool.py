"""A resource pool."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool.

    Attributes:
        id: pool id; nested ids hold slashes.
        comment: as typed (untrusted); None when not specified.
    """

    id: str
    comment: str | None
