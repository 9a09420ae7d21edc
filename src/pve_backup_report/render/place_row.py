"""Nodes, storages and pools as people read them."""

from collections import Counter
from dataclasses import dataclass

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.backup import Listing
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.node import Node
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.verdict import Verdict
from pve_backup_report.render import words
from pve_backup_report.render.guest_row import NAME_SHOWN, NOTES_SHOWN
from pve_backup_report.render.job_row import retention_words
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.sign import Sign, state_sign, verdict_sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node: its state, zone, clock and how far back its tasks are known."""

    name: str
    state: Sign
    timezone: str | None
    default_storage: str | None
    history_since: Moment | None


@dataclass(frozen=True, slots=True)
class StorageRow:
    """A storage: what it is, where it may be used, and what was seen of its backups.

    Attributes:
        id: storage id.
        type: plugin.
        place: where it really is; None when not told.
        state: enabled or not.
        content: content types.
        nodes: where it is allowed.
        reached: on which nodes it answers; None when no metrics say.
        used: ``12 GiB of 1 TiB``; None when not told.
        used_size: the same in bytes, of all nodes together, to sort by.
        retention: what it keeps; None when it says nothing.
        backups: backups listed, and whether that is all; None when it takes no backups.
    """

    id: str
    type: str
    place: str | None
    state: Sign
    content: str
    nodes: str
    reached: Sign | None
    used: str | None
    used_size: int | None
    retention: str | None
    backups: str | None


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool: its guests and how they stand."""

    id: str
    comment: str | None
    guests: int
    verdicts: tuple[tuple[Sign, int], ...]


def node_row(node: Node, wording: Wording) -> NodeRow:
    """Return the row of one node."""
    word = wording.open_code(words.NODE_STATUS, node.status)
    return NodeRow(
        node.name,
        state_sign({"online": True, "offline": False}.get(node.status), word),
        node.timezone,
        node.default_storage or node.default_dumpdir,
        wording.moment(node.history_since),
    )


def storage_row(storage: Storage, cluster: Cluster, backups: int, wording: Wording) -> StorageRow:
    """Return the row of one storage.

    Args:
        storage: the storage.
        cluster: for what was listed of it.
        backups: how many backups of it were listed.
        wording: the reader's.
    """
    shared = wording.say("shared") if storage.shared else wording.say("local to each node")
    nodes = wording.say("all nodes") if storage.nodes is None else wording.listed(sorted(storage.nodes))
    listings = [listing for listing in cluster.listings if listing.storage == storage.id]
    return StorageRow(
        id=shorten(storage.id, NAME_SHOWN),
        type=storage.type,
        place=shorten(" ".join(part for part in storage.place if part), NAME_SHOWN) or None,
        state=state_sign(storage.enabled, wording.say("enabled") if storage.enabled else wording.say("disabled")),
        content=wording.listed(sorted(storage.content)) or wording.say("none"),
        nodes=wording.say("{nodes}, {shared}", nodes=nodes, shared=shared),
        reached=_reached(storage, wording),
        used=_used(storage, wording),
        used_size=_used_size(storage),
        retention=retention_words(storage.retention) if storage.retention else None,
        backups=_backups(listings, backups, wording) if storage.takes_backups else None,
    )


def pool_row(pool: Pool, analysis: Analysis, wording: Wording) -> PoolRow:
    """Return the row of one pool, with its direct members among the guests seen."""
    verdicts = Counter(guest.verdict for guest in analysis.guests if guest.guest.pool == pool.id)
    return PoolRow(
        shorten(pool.id, NAME_SHOWN),
        shorten(pool.comment, NOTES_SHOWN) if pool.comment else None,
        verdicts.total(),
        tuple((verdict_sign(verdict, wording), verdicts[verdict]) for verdict in Verdict if verdicts[verdict]),
    )


def _reached(storage: Storage, wording: Wording) -> Sign | None:
    if not storage.states:
        return None
    away = sorted(state.node for state in storage.states if state.available is False)
    if away:
        return state_sign(state=False, word=wording.say("not reached on {nodes}", nodes=wording.listed(away)))
    untold = sorted(state.node for state in storage.states if state.available is None)
    if untold:
        return state_sign(state=None, word=wording.say("not known on {nodes}", nodes=wording.listed(untold)))
    count = len(storage.states)
    return state_sign(state=True, word=wording.plural("reached on {n} node", "reached on {n} nodes", count))


def _used(storage: Storage, wording: Wording) -> str | None:
    told = [
        (state.node, wording.say(
            "{used} of {total}", used=wording.language.size(state.used), total=wording.language.size(state.total)
        ))
        for state in sorted(storage.states, key=lambda state: state.node)
        if state.used is not None and state.total
    ]  # fmt: skip
    if not told:
        return None
    if storage.shared or len(told) == 1:
        return told[0][1]
    return wording.say("; ").join(wording.say("{what}: {detail}", what=node, detail=used) for node, used in told)


def _used_size(storage: Storage) -> int | None:
    told = [state.used for state in storage.states if state.used is not None and state.total]
    if not told:
        return None
    return told[0] if storage.shared else sum(told)


def _backups(listings: list[Listing], count: int, wording: Wording) -> str:
    if not listings and not count:
        return wording.say("not seen")
    if listings and all(listing.whole for listing in listings):
        return wording.plural("{n} backup", "{n} backups", count)
    return wording.plural("{n} backup seen, perhaps not all", "{n} backups seen, perhaps not all", count)
