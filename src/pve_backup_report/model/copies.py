"""In how many places a guest's backups lie, and what speaks for each: 3-2-1-1-0."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CopyPlace:
    """One place that holds backups of a guest.

    Attributes:
        name: storage id, or ``server:datastore/namespace`` of a backup server.
        node: the node of a storage that is not shared; None for others.
        newest_at: epoch of the newest good backup there; None for a place that only a sync job tells of.
        count: good backups there; 0 for such a place.
        offsite: it is away from the cluster, by the settings or because a sync job brings it there.
        protected: how many of them are protected from removal.
        verified_at: epoch of the newest verification there; None when there is none, or it is not told.
        failed: backups there whose verification failed.
        by_sync: the sync job that brings them; None when none does.
        is_storage: it is one of the cluster's own storages.
    """

    name: str
    node: str | None
    newest_at: int | None
    count: int
    offsite: bool
    protected: int
    verified_at: int | None
    failed: int
    by_sync: str | None
    is_storage: bool


@dataclass(frozen=True, slots=True)
class Copies:
    """All the places of one guest.

    Attributes:
        places: sorted by name.
        whole: every place that could hold a backup was seen.
        media: on how many different storages the guest and its backups lie.
    """

    places: tuple[CopyPlace, ...]
    whole: bool
    media: int

    @property
    def copies(self) -> int:
        """The guest itself and each place."""
        return 1 + len(self.places)

    @property
    def offsite(self) -> int:
        """How many places are away from the cluster."""
        return sum(place.offsite for place in self.places)

    @property
    def protected(self) -> int:
        """How many backups nobody can remove by mistake."""
        return sum(place.protected for place in self.places)

    @property
    def verified_at(self) -> int | None:
        """When any of the backups was last verified."""
        return max((place.verified_at for place in self.places if place.verified_at is not None), default=None)

    @property
    def failed(self) -> int:
        """How many backups failed their verification."""
        return sum(place.failed for place in self.places)
