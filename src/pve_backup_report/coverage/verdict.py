"""One verdict per guest: is it covered by an effective job, and how is that known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.selection import Selectors, selects
from pve_backup_report.coverage.target import Targets
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.verdict import JobMatch, NonMatch, Reason, Verdict

# The nearest to being covered first (contract, "several reasons").
_NEAREST = (
    Reason.STORAGE_MISSING,
    Reason.STORAGE_DISABLED,
    Reason.STORAGE_WITHOUT_BACKUP_CONTENT,
    Reason.STORAGE_NOT_ON_NODE,
    Reason.JOB_ALWAYS_FAILS,
    Reason.JOB_POOL_MISSING,
    Reason.JOB_ON_OTHER_NODE,
    Reason.JOB_NEVER_FIRES,
    Reason.JOB_DISABLED,
    Reason.EXCLUDED,
    Reason.NO_JOB,
)
_RANK: Mapping[Reason, int] = {reason: rank for rank, reason in enumerate(_NEAREST)}


@dataclass(frozen=True, slots=True)
class Coverage:
    """The jobs' side of one guest.

    Attributes:
        verdict: one per guest.
        reason: why.
        jobs: every job that selects it.
        others: the other jobs with a reason worth telling.
        effective: the jobs that cover it.
        maybe: whether a job that was not wholly seen might cover it.
        perhaps: those jobs, as far as they are known.
    """

    verdict: Verdict
    reason: Reason
    jobs: tuple[JobMatch, ...]
    others: tuple[NonMatch, ...]
    effective: tuple[Job, ...]
    maybe: bool
    perhaps: tuple[Job, ...]


class Judge:
    """Judges the guests of one cluster."""

    def __init__(self, cluster: Cluster, calendar: Calendar, selectors: Selectors) -> None:
        """Prepare what all the guests have in common.

        Args:
            cluster: the normalized tape.
            calendar: tells when jobs are due.
            selectors: tells which jobs may take a guest.
        """
        self._selectors = selectors
        self._jobs_seen = cluster.sight.jobs
        self._targets = Targets.of(cluster)
        self._calendar = calendar
        self._matches: dict[tuple[str, str], JobMatch] = {}  # the guests of a node share theirs

    def coverage(self, guest: Guest) -> Coverage:
        """Return the verdict for one guest."""
        matches: list[JobMatch] = []
        others: list[NonMatch] = []
        effective: list[Job] = []
        unseen: list[Reason] = []
        perhaps: list[Job] = []
        for job in self._selectors.jobs_for(guest):
            taken, reason = selects(job, guest, self._selectors.pool_state(job))
            match = self._match(job, guest.node)
            if taken:
                matches.append(match)
                if match.effective:
                    effective.append(job)
            elif taken is None or reason is not Reason.NO_JOB:
                others.append(NonMatch(job.id, reason))
            if taken is not False and match.effective is not False:
                # a job that would be effective, of which the selection or the storage was not seen
                whys = [why for why in (match.why_not, reason if taken is None else None) if why is not None]
                unseen.extend(whys)
                perhaps.extend([job] if whys else [])
        verdict, reason = self._verdict(guest, matches, others, effective, unseen)
        maybe = not self._jobs_seen or bool(unseen)
        return Coverage(verdict, reason, tuple(matches), tuple(others), tuple(effective), maybe, tuple(perhaps))

    def _match(self, job: Job, node: str) -> JobMatch:
        """Return whether the job would be effective for a guest of that node that it selects."""
        key = (job.id, node)
        if key not in self._matches:
            self._matches[key] = self._judged(job, node)
        return self._matches[key]

    def _judged(self, job: Job, node: str) -> JobMatch:
        target = self._targets.find(job, node)
        faults = [target.why_not] if target.why_not is not None else []
        if job.conflict is not None:
            faults.append(Reason.JOB_ALWAYS_FAILS)
        if not self._calendar.fires(job, node):
            faults.append(Reason.JOB_NEVER_FIRES)
        if not job.enabled:
            faults.append(Reason.JOB_DISABLED)
        if faults:
            return JobMatch(job.id, target.storage, effective=False, why_not=_nearest(faults))
        if target.unseen is not None:
            return JobMatch(job.id, target.storage, effective=None, why_not=target.unseen)
        return JobMatch(job.id, target.storage, effective=True, why_not=None)

    def _verdict(
        self,
        guest: Guest,
        matches: Sequence[JobMatch],
        others: Sequence[NonMatch],
        effective: Sequence[Job],
        unseen: Sequence[Reason],
    ) -> tuple[Verdict, Reason]:
        if effective:
            if guest.volumes is None:
                return Verdict.UNDETERMINED, Reason.VOLUMES_NOT_VISIBLE
            if any(volume.matters and not volume.included for volume in guest.volumes):
                return Verdict.PARTIAL, Reason.VOLUME_LEFT_OUT
            return Verdict.COVERED, Reason.SELECTED_BY_JOB
        if not self._jobs_seen:
            return Verdict.UNDETERMINED, Reason.JOBS_NOT_VISIBLE
        if unseen:
            return Verdict.UNDETERMINED, unseen[0]
        reasons = [match.why_not for match in matches if match.why_not is not None]
        return Verdict.UNCOVERED, _nearest([*reasons, *(other.reason for other in others), Reason.NO_JOB])


def _nearest(reasons: Sequence[Reason]) -> Reason:
    return min(reasons, key=lambda reason: _RANK.get(reason, len(_RANK)))
