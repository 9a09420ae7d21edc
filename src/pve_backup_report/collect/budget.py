"""The budget: how many questions a run asks at the most, and what is done with those that are left.

For N nodes, J jobs, L lists of backups and R task runs that are new: ``10 + J + N + L + R``, and one for each guest
where notes are wanted (two, where it has snapshots). docs/en/performance.md tells what can add to it, and when.
"""

from collections import Counter
from collections.abc import Sequence

from pve_backup_report.endpoints import pve as ep
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.node import read_clock
from pve_backup_report.normalize.zone_shown import zone_shown

OF_THE_CLUSTER = 10
"""Questions about the cluster as a whole."""

_DAY = 86400
_COUNTED_APART = {
    endpoint.name
    for endpoint in (
        ep.GUEST_CONFIG,
        ep.SNAPSHOTS,
        ep.INCLUDED_VOLUMES,
        ep.CONTENT,
        ep.PRUNE_PREVIEW,
        ep.RESTORES,
        ep.RESTORE_LOG,
    )
}


def spare(asked: Counter[str], nodes: int, runs: int) -> int:
    """Return how many questions the budget leaves; less than none where a cluster takes more.

    Args:
        asked: questions by the name of their endpoint.
        nodes: of the cluster.
        runs: task runs that are new.
    """
    return OF_THE_CLUSTER + nodes + runs - sum(times for name, times in asked.items() if name not in _COUNTED_APART)


def clocks_to_ask(tape: Tape, up: Sequence[str], left: int) -> list[str]:
    """Return the nodes whose clock is still to be asked.

    These are all whose logs do not show the time zone, however many; and as many of the others as the budget leaves,
    on each day others.

    Args:
        tape: the answers so far.
        up: the nodes that can be asked.
        left: questions that the budget leaves.
    """
    nodes = in_turn(up, tape.asked_at)
    clocks = {node: tape.answers.get(ep.NODE_TIME.ask(node=node)) for node in nodes}
    # only the zone of the first: that of a node without logs says nothing of the others
    told = (read_clock(node, clocks[node], tape.asked_at)[0] for node in nodes[:1])
    zones = [zone for zone in told if zone is not None]
    silent = [node for node in nodes if clocks[node] is None]
    doubtful = [node for node in silent if zone_shown(tape, node, zones) is None]
    shown = [node for node in silent if node not in doubtful]
    return doubtful + shown[: max(0, left - len(doubtful))]


def in_turn(nodes: Sequence[str], now: int) -> list[str]:
    """Return the nodes, on each day beginning with another one.

    Args:
        nodes: in any order that does not change.
        now: epoch, the run's one clock reading.
    """
    first = now // _DAY % len(nodes) if nodes else 0
    return [*nodes[first:], *nodes[:first]]
