"""Which guests a job takes, as Proxmox decides it (pve-manager PVE/VZDump.pm ``get_included_guests``)."""

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.verdict import Reason

HERE, MISSING, UNSEEN = "here", "missing", "unseen"


def pool_state(job: Job, cluster: Cluster) -> str | None:
    """Return whether a pool job's pool is ``here``, ``missing`` or ``unseen``; None for other jobs."""
    if job.selection is not Selection.POOL:
        return None
    if any(pool.id == job.pool for pool in cluster.pools):
        return HERE
    return MISSING if job.pool in cluster.sight.pools_absent else UNSEEN


def selects(job: Job, guest: Guest, pool: str | None) -> tuple[bool | None, Reason]:
    """Tell whether a job takes a guest, by the rule of the run: stopped, locked and template guests are taken as well.

    Args:
        job: the job.
        guest: a guest of the cluster.
        pool: the job's ``pool_state``.

    Returns:
        True, False, or None when something that could decide was not seen; and the reason when it is not True.
    """
    taken, reason = _candidate(job, guest, pool)
    if taken is not False and job.node is not None and job.node != guest.node:
        return False, Reason.JOB_ON_OTHER_NODE
    return taken, reason


def _candidate(job: Job, guest: Guest, pool: str | None) -> tuple[bool | None, Reason]:
    match job.selection:
        case Selection.POOL:
            return _in_pool(job, guest, pool)
        case Selection.VMID:
            return job.vmids is not None and guest.vmid in job.vmids, Reason.NO_JOB
        case Selection.ALL | Selection.EXCLUDE:
            return guest.vmid not in job.exclude, Reason.EXCLUDED
        case Selection.NONE:
            return False, Reason.NO_JOB


def _in_pool(job: Job, guest: Guest, pool: str | None) -> tuple[bool | None, Reason]:
    """Only direct members count, and a guest has one pool at the most (pve-manager PVE/API2Tools.pm)."""
    if pool == HERE or guest.pool is not None:
        return guest.pool == job.pool, Reason.NO_JOB
    if pool == MISSING:
        return False, Reason.JOB_POOL_MISSING
    if job.included is not None:  # PVE's own expansion knows every pool
        return any(included.vmid == guest.vmid for included in job.included), Reason.NO_JOB
    return None, Reason.POOL_NOT_VISIBLE
