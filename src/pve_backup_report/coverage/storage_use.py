"""Which effective job writes to which storage, for which guests."""

from collections.abc import Mapping
from dataclasses import dataclass

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.job import Job
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.verdict import GuestVerdict


@dataclass(frozen=True, slots=True)
class StorageUse:
    """One effective job and one storage that it writes to.

    Attributes:
        job: the job.
        storage: the storage.
        guests: those it backs up there, sorted by vmid; never empty.
        defaults: the retention that all its guests' nodes set in their ``vzdump.conf``; None when they do not.
    """

    job: Job
    storage: Storage
    guests: tuple[GuestVerdict, ...]
    defaults: tuple[tuple[str, int], ...] | None

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes its guests live on, sorted."""
        return tuple(sorted({verdict.guest.node for verdict in self.guests}))

    @property
    def retention(self) -> dict[str, int] | None:
        """The ``keep-*`` options that apply: the job's, else the storage's, else the nodes'; None when none are set.

        pve-manager PVE/VZDump.pm ``new``; without any, everything is kept.
        """
        told = (self.job.retention, self.storage.retention, self.defaults)
        pairs = next((pairs for pairs in told if pairs is not None), None)
        return None if not pairs else dict(pairs)


def storage_uses(analysis: Analysis) -> tuple[StorageUse, ...]:
    """Return the storages in use: in the order of the jobs, then of the storages.

    A job without an effective guest, a dumpdir, and a storage that was not seen are not among them.

    Args:
        analysis: the cluster and the conclusions.
    """
    found: dict[str, dict[str, list[GuestVerdict]]] = {}
    for verdict in analysis.guests:
        for match in verdict.jobs:
            if match.effective and match.storage is not None:
                found.setdefault(match.job, {}).setdefault(match.storage, []).append(verdict)
    defaults = {node.name: node.default_retention for node in analysis.cluster.nodes}
    places = {storage.id: place for place, storage in enumerate(analysis.cluster.storages)}
    uses = []
    for job in analysis.cluster.jobs:
        used = found.get(job.id, {})
        for place in sorted(places[name] for name in used if name in places):
            storage = analysis.cluster.storages[place]
            guests = used[storage.id]
            uses.append(StorageUse(job, storage, tuple(guests), _common(guests, defaults)))
    return tuple(uses)


def _common(
    guests: list[GuestVerdict], defaults: Mapping[str, tuple[tuple[str, int], ...] | None]
) -> tuple[tuple[str, int], ...] | None:
    told = {defaults.get(verdict.guest.node) for verdict in guests}
    return told.pop() if len(told) == 1 else None
