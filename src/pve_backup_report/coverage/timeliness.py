"""Whether each guest's backup is there in time, with all that can leave that open."""

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.coverage.freshness import Due, due_of, freshness
from pve_backup_report.coverage.nights import Nights
from pve_backup_report.coverage.verdict import Coverage
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import Freshness

_HANGS_S = 86400


class Timeliness:
    """Judges the guests of one cluster."""

    def __init__(self, cluster: Cluster, calendar: Calendar) -> None:
        """Prepare what all the guests have in common.

        Args:
            cluster: the normalized tape.
            calendar: tells when jobs are due.
        """
        self._calendar = calendar
        self._busy = _busy(cluster)
        self._nights = Nights(cluster)
        self._jobs_seen = cluster.sight.jobs

    def judge(self, guest: Guest, coverage: Coverage, evidence: GuestEvidence) -> tuple[Due, Freshness | None]:
        """Return when the guest's backup was and will be due, and whether the one that was due is there.

        Args:
            guest: the guest.
            coverage: the jobs' side of it.
            evidence: what is known of its backups.
        """
        since = self._at_work_since(guest, evidence)
        due = due_of(guest, coverage.effective, self._calendar, evidence.usual_duration_s, since)
        fresh = freshness(guest, due, evidence)
        judged = self._calendar.now if due.judged is None else due.judged
        if fresh is Freshness.NEVER and self._nights.was_not_there(guest, judged, coverage.effective, evidence):
            known = evidence.tasks_since is not None and evidence.tasks_since <= judged
            due, fresh = (Due(None, None, due.next), None) if known else (due, Freshness.UNKNOWN)
        undecided = not coverage.effective and coverage.maybe
        calm = fresh in (None, Freshness.FRESH)
        if undecided or (calm and self._may_be_due(guest, coverage, evidence, since)):
            return due, Freshness.UNKNOWN
        if fresh is not None and not self._calendar.knows_zone(guest.node, judged):
            return due, self._in_any_zone(guest, coverage, evidence, since)
        return due, fresh

    def _at_work_since(self, guest: Guest, evidence: GuestEvidence) -> int | None:
        """Return since when a task has been running that may be backing the guest up; None when there is none."""
        lately = [run for run in evidence.runs if run.at > self._calendar.now - _HANGS_S]
        running = next((run.at for run in lately if run.result is RunResult.RUNNING), None)
        if running is not None:
            return running
        tasks = [self._busy[key] for key in ((guest.node, None), (guest.node, guest.vmid)) if key in self._busy]
        since = min(tasks, default=None)
        reached = since is not None and any(run.at >= since for run in lately)
        return None if reached else since

    def _may_be_due(self, guest: Guest, coverage: Coverage, evidence: GuestEvidence, since: int | None) -> bool:
        """Whether a job may have made a backup due that is not there: one perhaps effective, or due who knows when."""
        if any(self._calendar.error(job) is not None for job in coverage.effective):
            return True
        if not self._jobs_seen:
            return True  # one that was not seen may have been due since
        if not coverage.perhaps:
            return False
        jobs = (*coverage.effective, *coverage.perhaps)
        due = due_of(guest, jobs, self._calendar, evidence.usual_duration_s, since)
        return freshness(guest, due, evidence) not in (None, Freshness.FRESH)

    def _in_any_zone(self, guest: Guest, coverage: Coverage, evidence: GuestEvidence, since: int | None) -> Freshness:
        """Return what holds whatever the zone of the guest's node is: only that it was surely never backed up."""
        if evidence.dated_at is not None:
            return Freshness.UNKNOWN  # when it was due, and the local time in an archive's name, depend on the zone
        for moved in self._calendar.moved(guest.node):
            due = due_of(guest, coverage.effective, moved, evidence.usual_duration_s, since)
            if freshness(guest, due, evidence) is not Freshness.NEVER:
                return Freshness.UNKNOWN
        return Freshness.NEVER


def _busy(cluster: Cluster) -> dict[tuple[str, int | None], int]:
    """Return the epoch since which a backup task has been running, by its node and its one guest, if it has but one.

    A task that has been running for more than a day hangs: nothing waits for it.
    """
    busy: dict[tuple[str, int | None], int] = {}
    for task in cluster.tasks:
        if task.running and task.start > cluster.asked_at - _HANGS_S:
            key = (task.node, task.vmid)
            busy[key] = min(task.start, busy.get(key, task.start))
    return busy
