"""A node of the cluster, and how far back its task history can be seen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One cluster member.

    Attributes:
        name: the node's name.
        status: ``online``, ``offline`` or ``unknown``, as ``/nodes`` says.
        online: whether the cluster calls it online; None when nothing said so.
        timezone: IANA name of the node's own zone; None when it was not seen.
        zone_since: epoch from which the zone is certain, when the node did not tell it and its task logs did; None when
            it did.
        default_retention: ``keep-*`` options of its ``/etc/vzdump.conf`` as (name, number) pairs; None when it sets
            none, or that was not seen.
        address: its IP address in the cluster; None when not seen.
        clock_offset: seconds by which the node's clock is ahead of ours when asked; None when not seen.
        default_storage: ``storage`` of its ``/etc/vzdump.conf``; ``local`` when that is empty; None when not seen.
        default_dumpdir: ``dumpdir`` of ``/etc/vzdump.conf`` when it takes the place of a storage.
        tasks_seen: every vzdump task of this node since ``history_since`` was listed to us.
        history_since: epoch from which the node's task index is whole; None when nothing proves any.
    """

    name: str
    status: str
    online: bool | None
    timezone: str | None
    clock_offset: int | None
    default_storage: str | None
    default_dumpdir: str | None
    tasks_seen: bool
    history_since: int | None
    zone_since: int | None = None
    default_retention: tuple[tuple[str, int], ...] | None = None
    address: str | None = None
