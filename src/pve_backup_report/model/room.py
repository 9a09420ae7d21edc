"""The room that the next run of a backup job finds on a storage."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """The first next run of any effective job in one place: a shared storage, or a node's own.

    Attributes:
        storage: the storage.
        shared: one content for all nodes.
        node: a node that it runs on; of a storage that is not shared, the node.
        job: the job.
        due: epoch of that run.
        needed: bytes it needs at most at any time beyond what is used now, if its archives are as large as the last.
        free: bytes that are free; None when not told.
        vmids: the guests that it backs up there, sorted.
    """

    storage: str
    shared: bool
    node: str
    job: str
    due: int
    needed: int
    free: int | None
    vmids: tuple[int, ...]
