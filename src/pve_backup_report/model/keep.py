"""How many old reports are kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keep:
    """A report that either of the two keeps is kept.

    Attributes:
        runs: the newest runs of a cluster; None for no such rule.
        age_s: those of the last seconds; None for no such rule.
    """

    runs: int | None = None
    age_s: int | None = None
