"""A guest that still holds the lock of a backup that is no longer running."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.guest import Guest

_LOCK = "backup"
_JUST_NOW_S = 300  # the lock and the tasks are not read in the same second


def stale_locks(analysis: Analysis) -> tuple[Guest, ...]:
    """Return the guests locked for a backup although no backup task runs on their node.

    Only vzdump sets this lock, on the node the guest lives on, and takes it away when it ends (guest-common
    PVE/AbstractConfig.pm, qemu-server PVE/VZDump/QemuServer.pm).

    Args:
        analysis: the cluster and the conclusions.
    """
    cluster = analysis.cluster
    quiet = {node.name for node in cluster.nodes if node.tasks_seen}
    for task in cluster.tasks:
        if task.running or (task.end is not None and task.end > cluster.asked_at - _JUST_NOW_S):
            quiet.discard(task.node)
    return tuple(guest for guest in cluster.guests if guest.lock == _LOCK and guest.node in quiet)


def _find(analysis: Analysis) -> Iterator[Finding]:
    for guest in stale_locks(analysis):
        yield Finding(subject=guest.key, details={"vmid": guest.vmid, "name": guest.name, "node": guest.node})


GUEST_LOCKED_BY_BACKUP = Rule(
    code="guest-locked-by-backup",
    severity=Severity.WARNING,
    component="guest",
    message="Guest {vmid} ({name}) is locked for a backup, but no backup task is running on {node}. As long as it is "
    "locked, every backup of it fails.",
    remedy="Make sure that no vzdump process is left on {node}, then take the lock away there: qm unlock {vmid} for "
    "a VM, pct unlock {vmid} for a container.",
    find=_find,
)
