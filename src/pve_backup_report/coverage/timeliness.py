"""Whether each guest's backup is there in time, with all that can leave that open."""

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.coverage.freshness import Due, due_of, freshness
from pve_backup_report.coverage.nights import Nights
from pve_backup_report.coverage.verdict import Coverage
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.verdict import Freshness


class Timeliness:
    """Judges the guests of one cluster."""

    def __init__(self, cluster: Cluster, calendar: Calendar) -> None:
        """Prepare what all the guests have in common.

        Args:
            cluster: the normalized tape.
            calendar: tells when jobs are due.
        """
        self._calendar = calendar
        self._nights = Nights(cluster)
        self._jobs_seen = cluster.sight.jobs

    def judge(self, guest: Guest, coverage: Coverage, evidence: GuestEvidence) -> tuple[Due, Freshness | None]:
        """Return when the guest's backup was and will be due, and whether the one that was due is there.

        Args:
            guest: the guest.
            coverage: the jobs' side of it.
            evidence: what is known of its backups.
        """
        due = due_of(guest, coverage.effective, self._calendar, evidence.usual_duration_s)
        fresh = freshness(guest, due, evidence)
        judged = self._calendar.now if due.judged is None else due.judged
        if fresh is Freshness.NEVER and self._nights.was_not_there(guest, judged, coverage.effective, evidence):
            known = evidence.tasks_since is not None and evidence.tasks_since <= judged
            due, fresh = (Due(None, None, due.next), None) if known else (due, Freshness.UNKNOWN)
        undecided = not coverage.effective and coverage.maybe
        calm = fresh in (None, Freshness.FRESH)
        if undecided or (calm and self._may_be_due(guest, coverage, evidence)):
            return due, Freshness.UNKNOWN
        if fresh is not None and not self._calendar.knows_zone(guest.node, judged):
            return due, self._in_any_zone(guest, coverage, evidence)
        return due, fresh

    def _may_be_due(self, guest: Guest, coverage: Coverage, evidence: GuestEvidence) -> bool:
        """Whether a job may have made a backup due that is not there: one perhaps effective, or due who knows when."""
        if any(self._calendar.error(job) is not None for job in coverage.effective):
            return True
        if not self._jobs_seen:
            return True  # one that was not seen may have been due since
        if not coverage.perhaps:
            return False
        jobs = (*coverage.effective, *coverage.perhaps)
        due = due_of(guest, jobs, self._calendar, evidence.usual_duration_s)
        return freshness(guest, due, evidence) not in (None, Freshness.FRESH)

    def _in_any_zone(self, guest: Guest, coverage: Coverage, evidence: GuestEvidence) -> Freshness:
        """Return what holds whatever the zone of the guest's node is: only that it was surely never backed up."""
        if evidence.dated_at is not None:
            return Freshness.UNKNOWN  # when it was due, and the local time in an archive's name, depend on the zone
        for moved in self._calendar.moved(guest.node):
            due = due_of(guest, coverage.effective, moved, evidence.usual_duration_s)
            if freshness(guest, due, evidence) is not Freshness.NEVER:
                return Freshness.UNKNOWN
        return Freshness.NEVER
