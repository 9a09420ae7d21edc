"""Which effective job writes to which storage, for which guests."""

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
    """

    job: Job
    storage: Storage
    guests: tuple[GuestVerdict, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes its guests live on, sorted."""
        return tuple(sorted({verdict.guest.node for verdict in self.guests}))

    @property
    def retention(self) -> dict[str, int] | None:
        """The ``keep-*`` options that apply, the job's before the storage's; None when neither sets any.

        pve-manager PVE/VZDump.pm ``new``: then those of the node's ``vzdump.conf`` apply, else everything is kept.
        """
        pairs = self.job.retention if self.job.retention is not None else self.storage.retention
        return None if not pairs else dict(pairs)


def storage_uses(analysis: Analysis) -> tuple[StorageUse, ...]:
    """Return the storages in use: in the order of the jobs, then of the storages.

    A job without an effective guest, a dumpdir, and a storage that was not seen are not among them.

    Args:
        analysis: the cluster and the conclusions.
    """
    found: dict[tuple[str, str], list[GuestVerdict]] = {}
    for verdict in analysis.guests:
        for match in verdict.jobs:
            if match.effective and match.storage is not None:
                found.setdefault((match.job, match.storage), []).append(verdict)
    return tuple(
        StorageUse(job, storage, tuple(found[job.id, storage.id]))
        for job in analysis.cluster.jobs
        for storage in analysis.cluster.storages
        if (job.id, storage.id) in found
    )
