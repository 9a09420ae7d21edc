"""Snapshots on a backup server that were begun and never finished."""

from collections.abc import Iterator

from pve_backup_report.anomalies.backups_by_storage import by_storage, vmids_of
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.cluster import Cluster

_CANNOT_STILL_RUN_S = 2 * 86400


def _find(analysis: Analysis) -> Iterator[Finding]:
    cluster = analysis.cluster
    before = _nothing_runs_before(cluster)
    unfinished = (backup for backup in cluster.backups if not backup.finished and backup.at < before)
    for storage, backups in by_storage(unfinished).items():
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "count": len(backups),
                "vmids": vmids_of(backups),
                "newest_at": max(backup.at for backup in backups),
            },
        )


def _nothing_runs_before(cluster: Cluster) -> int:
    """Return the epoch before which no backup was begun that may still be running."""
    long_ago = cluster.asked_at - _CANNOT_STILL_RUN_S
    if not cluster.nodes or not all(node.tasks_seen for node in cluster.nodes):
        return long_ago
    begun = [task.start for task in cluster.tasks if task.running]
    return max(long_ago, min(begun, default=cluster.asked_at))


ARCHIVES_UNFINISHED = Rule(
    code="archives-unfinished",
    severity=Severity.NOTICE,
    component="evidence",
    message="Storage {storage} lists snapshots that were begun and never finished, or are damaged: {count}. Proxmox "
    "VE shows them like backups, but nothing can be restored from them. Ids: {vmids}. Newest: {newest_at}.",
    remedy="Remove them on the Proxmox Backup Server (Datastore > Content). If new ones keep coming, read the logs "
    "of the tasks of those times.",
    find=_find,
)
