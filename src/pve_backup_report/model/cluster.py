"""Everything one run saw of a cluster, as values."""

from dataclasses import dataclass

from pve_backup_report.model.backup import Backup, Listing
from pve_backup_report.model.gap import Gap
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.node import Node
from pve_backup_report.model.pbs import PbsServer
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.replication import Replication
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.sight import Sight
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.task import Run, Task


@dataclass(frozen=True, slots=True)
class Cluster:
    """The normalized tape.

    Attributes:
        name: cluster name; a standalone node's name; None when not seen.
        version: PVE version of the answering node; None when not seen.
        quorate: None when not seen or when there is no cluster.
        asked_at: epoch, the run's one clock reading.
        timezone: IANA name used where a node's own zone was not seen.
        nodes: sorted by name.
        guests: sorted by vmid.
        storages: sorted by id.
        pools: sorted by id.
        jobs: in the API's order; empty when not seen (``sight.jobs`` tells).
        tasks: newest first.
        runs: newest first.
        backups: newest first.
        listings: what the storages' listings prove.
        not_backed_up: PVE's own list; None when not seen.
        sight: which of these are complete.
        gaps: what was not seen, sorted.
        replications: jobs that copy a guest's disks to another node; empty when not seen.
        pbs: the backup servers that were asked.
        asked: a Proxmox VE cluster was asked at all; False when only backup servers were.
        restores: those in the task histories, newest first; empty when they were not asked for.
    """

    name: str | None
    version: str | None
    quorate: bool | None
    asked_at: int
    timezone: str
    nodes: tuple[Node, ...]
    guests: tuple[Guest, ...]
    storages: tuple[Storage, ...]
    pools: tuple[Pool, ...]
    jobs: tuple[Job, ...]
    tasks: tuple[Task, ...]
    runs: tuple[Run, ...]
    backups: tuple[Backup, ...]
    listings: tuple[Listing, ...]
    not_backed_up: frozenset[int] | None
    sight: Sight
    gaps: tuple[Gap, ...]
    replications: tuple[Replication, ...] = ()
    pbs: tuple[PbsServer, ...] = ()
    asked: bool = True
    restores: tuple[Restore, ...] = ()
