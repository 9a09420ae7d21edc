"""Guests whose configuration is still to be asked, handed out a few at a time.

To have thousands asked in one go takes longer than a node takes for ten answers, and the first of those lead to all
the rest: they are read in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pve_backup_report.normalize.reading import Row, number, text

_WAITING_IN_ALL = 100
_FEWEST = 8  # for a node: while the first answers are read nobody hands out more


class GuestToAsk(NamedTuple):
    """A guest.

    Attributes:
        node: where it is.
        type: ``qemu`` or ``lxc``.
        vmid: its id.
    """

    node: str
    type: str
    vmid: int


def guest_in(row: Row) -> GuestToAsk | None:
    """Return the guest of a row of the resources; None where it is something else.

    Args:
        row: as it came.
    """
    vmid, node, kind = number(row.get("vmid")), text(row.get("node")), row.get("type")
    if kind not in ("qemu", "lxc") or vmid is None or node is None:
        return None
    return GuestToAsk(node, str(kind), vmid)


class GuestsToAsk:
    """The guests of all the nodes, handed out node by node."""

    def __init__(self, guests: Iterable[GuestToAsk] = ()) -> None:
        """Take the guests, which are handed out in this order."""
        by_node: defaultdict[str, list[GuestToAsk]] = defaultdict(list)
        for guest in guests:
            by_node[guest.node].append(guest)
        self._by_node: Mapping[str, list[GuestToAsk]] = {node: found[::-1] for node, found in by_node.items()}
        self._waiting = max(_FEWEST, _WAITING_IN_ALL // max(1, len(by_node)))

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that have guests, or had some."""
        return tuple(self._by_node)

    def left(self, node: str) -> int:
        """Return how many of a node are still to be handed out."""
        return len(self._by_node.get(node, ()))

    def hand_out(self, node: str, waiting: int) -> list[GuestToAsk]:
        """Return the next guests of a node; none as long as enough questions wait for it.

        Args:
            node: the node.
            waiting: questions that wait for it.
        """
        found = self._by_node.get(node)
        if not found or waiting > self._waiting // 2:
            return []
        return [found.pop() for _ in range(min(self._waiting, len(found)))]
