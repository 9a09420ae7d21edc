"""Where all the copies of a guest's backups are, when that is one place too few."""

from collections.abc import Mapping
from enum import Enum, auto

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.verdict import Verdict

Places = tuple[str, ...]
"""Storage ids, sorted."""


class Lost(Enum):
    """What takes all the copies with it, the worst first; only the worst is told."""

    WITH_THE_DISKS = auto()  # they lie on a storage that also holds the guest's own disks
    WITH_THE_NODE = auto()  # they lie on local storages of the node the guest runs on
    WITH_ONE_STORAGE = auto()


def copies_lost(analysis: Analysis, how: Lost) -> Mapping[tuple[str, Places], tuple[int, ...]]:
    """Return the guests whose copies are all lost that way: by node and storages, their vmids.

    Only guests that a job covers and whose backups were all seen.

    Args:
        analysis: the cluster and the conclusions.
        how: what takes them.
    """
    found: dict[tuple[str, Places], list[int]] = {}
    for verdict in analysis.guests:
        if not verdict.backups or verdict.copies is None or verdict.verdict in (Verdict.UNCOVERED, Verdict.EXEMPT):
            continue
        guest = verdict.guest
        places = {(place.name, place.node) for place in verdict.copies.places if place.count and place.is_storage}
        if _lost(guest, places) is how:
            node = guest.node if how is Lost.WITH_THE_NODE else ""
            found.setdefault((node, tuple(sorted({storage for storage, _ in places}))), []).append(guest.vmid)
    return {key: tuple(vmids) for key, vmids in sorted(found.items())}


def _lost(guest: Guest, places: set[tuple[str, str | None]]) -> Lost | None:
    disks = {volume.volume.partition(":")[0] for volume in guest.volumes or () if ":" in volume.volume}
    if all(storage in disks and node in (None, guest.node) for storage, node in places):
        return Lost.WITH_THE_DISKS
    if all(node == guest.node for _, node in places):
        return Lost.WITH_THE_NODE
    return Lost.WITH_ONE_STORAGE if len(places) == 1 else None
