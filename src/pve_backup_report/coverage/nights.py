"""Whom a job took when it was due: what the logs of that time tell of a guest that is in none of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.task import LogState, Run, Task

STARTED_BY_SCHEDULE_S = 600  # the scheduler looks once a minute; the rest is for a busy node


class Nights:
    """The tasks of a cluster, by the node that ran them."""

    def __init__(self, cluster: Cluster) -> None:
        """Sort the tasks.

        Args:
            cluster: the normalized tape.
        """
        self._tasks: dict[str, list[Task]] = defaultdict(list)
        for task in cluster.tasks:
            self._tasks[task.node].append(task)
        self._all_runs = cluster.runs

    def was_not_there(self, guest: Guest, due: int, jobs: Iterable[Job], evidence: GuestEvidence) -> bool:
        """Whether a guest without any backup was not yet among those that its jobs take, when they were last due.

        A job that takes all guests, or a pool, takes each that is there. Of a container Proxmox does not tell when it
        was made; that such a job ran on its node, to the end, and did not try it tells that it was made since.

        Args:
            guest: the guest.
            due: epoch.
            jobs: the jobs that cover it.
            evidence: what is known of its backups.
        """
        if guest.born is not None or evidence.runs or evidence.archives:
            return False
        storages = {job.storage for job in jobs if job.selection is not Selection.VMID}
        return any(
            self._ran_whole(task) and any(run.storage in storages for run in self._runs.get(task.upid, ()))
            for task in self._tasks[guest.node]
            if 0 <= task.start - due <= STARTED_BY_SCHEDULE_S
        )

    @cached_property
    def _runs(self) -> Mapping[str, Sequence[Run]]:
        """The runs by task; most clusters have no guest for whom anybody asks."""
        found: dict[str, list[Run]] = defaultdict(list)
        for run in self._all_runs:
            found[run.upid].append(run)
        return found

    def _ran_whole(self, task: Task) -> bool:
        return task.log is LogState.READ and not task.running and task.job_error is None
