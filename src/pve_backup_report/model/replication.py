"""A replication job: a copy of a guest's disks on another node, which is no backup."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Replication:
    """One replication job.

    Attributes:
        vmid: the guest.
        target: the node that gets the copy.
        enabled: an absent ``disable`` means yes.
    """

    vmid: int
    target: str
    enabled: bool
