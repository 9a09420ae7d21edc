"""Where a job would write a guest's backup, and whether it can."""

from collections.abc import Mapping
from dataclasses import dataclass

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.job import Job
from pve_backup_report.model.node import Node
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.verdict import Reason

_LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Target:
    """The storage of one job on one node.

    Attributes:
        storage: its id; None for a dumpdir, or when not known.
        why_not: why nothing can be written there; None when it can.
        unseen: what was not seen that could decide; None when all was.
    """

    storage: str | None
    why_not: Reason | None = None
    unseen: Reason | None = None


@dataclass(frozen=True, slots=True)
class Targets:
    """Finds a job's target on a node: its own, else that of vzdump.conf, else ``local`` (PVE/VZDump.pm ``new``)."""

    storages: Mapping[str, Storage]
    nodes: Mapping[str, Node]
    absent: frozenset[str]

    @classmethod
    def of(cls, cluster: Cluster) -> "Targets":
        """Prepare the look-ups of a cluster."""
        return cls(
            storages={storage.id: storage for storage in cluster.storages},
            nodes={node.name: node for node in cluster.nodes},
            absent=cluster.sight.storages_absent,
        )

    def find(self, job: Job, node_name: str) -> Target:
        """Return where ``job`` would write on the node, and whether it can."""
        if job.dumpdir is not None and job.storage is None:
            return Target(None)
        name = job.storage
        if name is None:
            node = self.nodes.get(node_name)
            if node is not None and node.default_dumpdir is not None:
                return Target(None)
            name = node.default_storage if node is not None else None
        if name is None:
            return Target(None, unseen=Reason.DEFAULTS_NOT_VISIBLE)
        storage = self.storages.get(name)
        if storage is None:
            if name in self.absent and name != _LOCAL:
                return Target(name, why_not=Reason.STORAGE_MISSING)
            return Target(name, unseen=Reason.STORAGE_NOT_VISIBLE)
        return Target(name, why_not=_fault(storage, node_name))


def _fault(storage: Storage, node: str) -> Reason | None:
    if not storage.enabled:
        return Reason.STORAGE_DISABLED
    if not storage.takes_backups:
        return Reason.STORAGE_WITHOUT_BACKUP_CONTENT
    if not storage.on_node(node):
        return Reason.STORAGE_NOT_ON_NODE
    return None
