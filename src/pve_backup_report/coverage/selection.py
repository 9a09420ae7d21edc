"""Which guests a job takes, as Proxmox decides it (pve-manager PVE/VZDump.pm ``get_included_guests``)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.verdict import Reason

HERE, MISSING, UNSEEN = "here", "missing", "unseen"


class Selectors:
    """Finds the jobs that may take a guest, and the guests that a job may take, without trying every pair."""

    def __init__(self, cluster: Cluster) -> None:
        """Sort the jobs by what they name.

        Args:
            cluster: the normalized tape.
        """
        self._cluster = cluster
        self._pools = frozenset(pool.id for pool in cluster.pools)
        self._by_vmid: dict[int, set[int]] = defaultdict(set)
        self._by_pool: dict[str | None, set[int]] = defaultdict(set)
        self._any: set[int] = set()
        for place, job in enumerate(cluster.jobs):
            if job.selection is Selection.VMID:
                for vmid in job.vmids or ():
                    self._by_vmid[vmid].add(place)
            elif self.pool_state(job) == HERE:
                self._by_pool[job.pool].add(place)
            elif job.selection is not Selection.NONE:
                self._any.add(place)
        self._guests = {guest.vmid: guest for guest in cluster.guests}
        self._in_pool: dict[str | None, list[Guest]] = defaultdict(list)
        for guest in cluster.guests:
            self._in_pool[guest.pool].append(guest)

    def pool_state(self, job: Job) -> str | None:
        """Return whether a pool job's pool is ``here``, ``missing`` or ``unseen``; None for other jobs."""
        if job.selection is not Selection.POOL:
            return None
        if job.pool in self._pools:
            return HERE
        return MISSING if job.pool in self._cluster.sight.pools_absent else UNSEEN

    def jobs_for(self, guest: Guest) -> Iterable[Job]:
        """Return, in the API's order, the jobs that may take a guest; of any other there is nothing to tell."""
        named = self._by_vmid.get(guest.vmid, set()) | self._by_pool.get(guest.pool, set())
        return (self._cluster.jobs[place] for place in sorted(self._any | named))

    def guests_for(self, job: Job) -> Sequence[Guest]:
        """Return, sorted by vmid, the guests that a job may take; it surely takes no other."""
        if job.selection is Selection.VMID:
            return [self._guests[vmid] for vmid in sorted(self._guests.keys() & set(job.vmids or ()))]
        return self._in_pool.get(job.pool, ()) if self.pool_state(job) == HERE else self._cluster.guests

    def unknown_to(self, job: Job) -> frozenset[int]:
        """Return the ids that a job lists and that no guest that was seen has."""
        return frozenset(job.vmids or ()) - self._guests.keys()


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
