"""The nodes' own backup defaults: when they matter, and what ``/nodes/{node}/vzdump/defaults`` tells of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pve_backup_report.model.job import Job
from pve_backup_report.model.storage import Storage
from pve_backup_report.normalize.reading import Row, text
from pve_backup_report.normalize.storage import read_retention

Retention = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a node's ``/etc/vzdump.conf`` sets.

    Attributes:
        storage: where a job without a storage writes; None when a dumpdir takes its place.
        dumpdir: that directory. None as well when it was not told: Proxmox names one of the two, and takes the
            directory out of the answer for who lacks Sys.Audit on the node.
        retention: ``keep-*`` options; None when none are set, or when that cannot be told.
    """

    storage: str | None
    dumpdir: str | None
    retention: Retention | None


def decide_storage(jobs: Iterable[Job]) -> bool:
    """Tell whether some job leaves its storage to the nodes' defaults."""
    return any(job.storage is None and job.dumpdir is None for job in jobs)


def decide_retention(jobs: Iterable[Job], storages: Iterable[Storage]) -> bool:
    """Tell whether some job writes where neither it nor the storage limits how many backups are kept."""
    unlimited = {storage.id for storage in storages if storage.retention is None and storage.type != "pbs"}
    return any(job.enabled and job.retention is None and job.storage in unlimited for job in jobs)


def read_defaults(row: Row, storages: Mapping[str, Storage]) -> Defaults:
    """Return what the file sets; the storage wins when a dumpdir is told as well.

    pve-manager PVE/API2/VZDump.pm ``defaults`` puts the retention of the default storage in its place when that has
    one: only another one than that is surely the file's.

    Args:
        row: the answer's data.
        storages: all the storages by id.
    """
    storage, dumpdir = text(row.get("storage")), text(row.get("dumpdir"))
    retention = read_retention(row.get("prune-backups"))
    default_storage = storages.get(storage or "")
    if retention in ((("keep-all", 1),), default_storage.retention if default_storage is not None else None):
        retention = None
    return Defaults(storage, None if storage is not None else dumpdir, retention)
