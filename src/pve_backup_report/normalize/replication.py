"""Replication jobs: the rows of ``/cluster/replication``."""

from collections.abc import Iterable

from pve_backup_report.model.replication import Replication
from pve_backup_report.normalize.reading import Row, flag, number, text


def read_replications(listed: Iterable[Row]) -> tuple[Replication, ...]:
    """Return the replication jobs that copy something, sorted by guest and target.

    Args:
        listed: rows of ``/cluster/replication``; one with ``remove_job`` is being taken away.
    """
    found = set()
    for row in listed:
        vmid, target = number(row.get("guest")), text(row.get("target"))
        if vmid is not None and target is not None and text(row.get("remove_job")) is None:
            found.add((vmid, target, not flag(row.get("disable"))))
    return tuple(Replication(*job) for job in sorted(found))
