"""Nodes: ``/nodes``, ``/cluster/status``, each node's clock and vzdump defaults."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pve_backup_report.endpoints.pve import NODE_TIME, NODES
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap, GapKind
from pve_backup_report.normalize.entries import is_whole
from pve_backup_report.normalize.reading import Row, flag, missing, moment, rows, text
from pve_backup_report.normalize.zone_from_tasks import offset_of


def node_states(nodes: Answer | None, resources: Answer | None) -> dict[str, str]:
    """Return the state by node name, sorted: from ``/nodes``, else from the node rows of ``/cluster/resources``.

    A list of nodes with a part that cannot be read is not used: a node that is not known of hides all it holds.
    """
    listed = rows(nodes)
    if listed is None or not is_whole(NODES, nodes):
        listed = [row for row in rows(resources) or [] if row.get("type") == "node"]
    states = {name: text(row.get("status")) or "unknown" for row in listed if (name := text(row.get("node")))}
    return dict(sorted(states.items()))


def is_online(name: str, state: str, cluster_status: Iterable[Row]) -> bool | None:
    """Tell whether a node is online; ``unknown`` only means that no metrics came yet, so the membership decides."""
    if state in ("online", "offline"):
        return state == "online"
    for row in cluster_status:
        if row.get("type") == "node" and row.get("name") == name and row.get("online") is not None:
            return flag(row["online"])
    return None


def read_clock(node: str, answer: Answer | None, asked_at: int) -> tuple[str | None, int | None, Gap | None]:
    """Return the node's zone, how far its clock is ahead in seconds, and the gap when the zone was not seen.

    Args:
        node: the node.
        answer: the answer of ``/nodes/{node}/time``.
        asked_at: our own clock, epoch.
    """
    gap = missing(NODE_TIME, answer, node=node)
    if gap is not None or answer is None:
        return None, None, None if gap is None else _assumed(gap)
    data = answer.data if isinstance(answer.data, Mapping) else {}
    zone = text(data.get("timezone"))
    told = moment(data.get("time"))
    offset = None if told is None else told - asked_at - answer.after_s
    if zone is None or not is_zone(zone):
        detail = "no time zone in the answer" if zone is None else f"time zone {zone!r} is not known here"
        return None, offset, Gap(NODE_TIME.ask(node=node), GapKind.ASSUMED, detail, None, NODE_TIME.blinds)
    local = moment(data.get("localtime"))
    # no difference at all is what a daemon tells that runs in UTC since before the zone was set
    if told is not None and local is not None and local - told not in (0, offset_of(ZoneInfo(zone), told)):
        detail = f"the local time is not that of its time zone {zone}"
        return None, offset, Gap(NODE_TIME.ask(node=node), GapKind.ASSUMED, detail, None, NODE_TIME.blinds)
    return zone, offset, None


def is_zone(name: str) -> bool:
    """Tell whether ``name`` is a time zone of the tz database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _assumed(gap: Gap) -> Gap:
    return replace(gap, kind=GapKind.ASSUMED)
