"""What the token can be shown to see in full."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sight:
    """Completeness of the answers, as far as the token's rights prove it.

    Attributes:
        jobs: ``/cluster/backup`` was answered (it is all or nothing).
        guests: every guest of the cluster is listed.
        pools: every pool is listed, and so every guest's pool is told.
        storages: every storage is listed.
        pools_absent: pools that jobs name, that are not listed, and that would be listed if they existed.
        storages_absent: the same for storages.
    """

    jobs: bool
    guests: bool
    pools: bool
    storages: bool
    pools_absent: frozenset[str] = frozenset()
    storages_absent: frozenset[str] = frozenset()
