"""Enabled jobs whose storage cannot take their backups, with the nodes and guests concerned."""

from collections.abc import Iterator
from dataclasses import dataclass

from pve_backup_report.coverage.target import Targets
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Detail
from pve_backup_report.model.verdict import JobVerdict, Reason


@dataclass(frozen=True, slots=True)
class StorageFault:
    """One job and one storage.

    Attributes:
        job: the job.
        storage: the storage it would write to.
        nodes: where it cannot.
        vmids: the guests there that the job selects; empty when that is not known.
        everywhere: none of the job's guests is backed up.
    """

    job: JobVerdict
    storage: str
    nodes: tuple[str, ...]
    vmids: tuple[int, ...]
    everywhere: bool

    @property
    def subject(self) -> str:
        """The job, as an anomaly's subject."""
        return f"job/{self.job.job.id}"

    @property
    def details(self) -> dict[str, Detail]:
        """The facts, as an anomaly's details."""
        return {"job": self.job.job.id, "storage": self.storage, "nodes": self.nodes, "vmids": self.vmids}


def storage_faults(analysis: Analysis, reason: Reason) -> Iterator[StorageFault]:
    """Yield the enabled jobs that have this fault.

    A job without known guests is judged by the nodes it may run on, except for a storage that is not allowed on a
    node: that harms only where there are guests.

    Args:
        analysis: the cluster and the conclusions.
        reason: one of the ``storage-…`` reasons.
    """
    targets = Targets.of(analysis.cluster)
    home = {verdict.guest.vmid: verdict.guest.node for verdict in analysis.guests}
    for job in analysis.jobs:
        if not job.job.enabled:
            continue
        guests = {vmid: home[vmid] for vmid in job.guests or ()}
        nodes = set(guests.values())
        if not nodes and reason is not Reason.STORAGE_NOT_ON_NODE:
            nodes = {node.name for node in analysis.cluster.nodes if job.job.node in (None, node.name)}
        faulty: dict[str, list[str]] = {}
        for node in sorted(nodes):
            target = targets.find(job.job, node)
            if target.why_not is reason and target.storage is not None:
                faulty.setdefault(target.storage, []).append(node)
        for storage, where in faulty.items():
            vmids = tuple(vmid for vmid, node in guests.items() if node in where)
            yield StorageFault(job, storage, tuple(where), vmids, everywhere=len(vmids) == len(guests))
