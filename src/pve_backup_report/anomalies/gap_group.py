"""Gaps that are alike: one question asked of many nodes, storages, guests or tasks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pve_backup_report.model.gap import Blind, Gap, GapKind

_NAMES = re.compile(r"/(nodes|storage|qemu|lxc|tasks|backup|datastore)/[^/]+")
_ERRORS_TOLD = 3


@dataclass(frozen=True, slots=True)
class GapGroup:
    """What the same question left unseen, for the same kind of reason.

    Attributes:
        endpoint: the path asked; with ``*`` for what differs when there are several.
        kind: why.
        gaps: the gaps, in the cluster's order.
    """

    endpoint: str
    kind: GapKind
    gaps: tuple[Gap, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """The first few different texts that tell what happened."""
        return tuple(dict.fromkeys(gap.detail for gap in self.gaps if gap.detail))[:_ERRORS_TOLD]

    @property
    def needs(self) -> tuple[str, ...]:
        """The rights that would close the gaps, each once."""
        return tuple(dict.fromkeys(gap.needs for gap in self.gaps if gap.needs is not None))

    @property
    def blinds(self) -> tuple[Blind, ...]:
        """What any of the gaps keeps from being known."""
        found = {blind for gap in self.gaps for blind in gap.blinds}
        return tuple(blind for blind in Blind if blind in found)


def gap_groups(gaps: Iterable[Gap]) -> tuple[GapGroup, ...]:
    """Return the gaps grouped by question and kind, in the order in which each is first met.

    Args:
        gaps: those to be told.
    """
    found: dict[tuple[str, GapKind], list[Gap]] = {}
    for gap in gaps:
        found.setdefault((_NAMES.sub(r"/\1/*", gap.endpoint), gap.kind), []).append(gap)
    return tuple(
        GapGroup(group[0].endpoint if len(group) == 1 else family, kind, tuple(group))
        for (family, kind), group in found.items()
    )
