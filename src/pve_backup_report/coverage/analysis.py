"""The whole cluster to conclusions."""

from collections.abc import Iterable
from dataclasses import replace

from pve_backup_report.coverage.copies import CopyFinder
from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import Evidence, GuestEvidence
from pve_backup_report.coverage.freshness import due_of, freshness
from pve_backup_report.coverage.ownership import Ownership
from pve_backup_report.coverage.restore_points import Promises
from pve_backup_report.coverage.selection import pool_state, selects
from pve_backup_report.coverage.verdict import Coverage, Judge
from pve_backup_report.coverage.witness import findings_of
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.task import Run, RunResult
from pve_backup_report.model.verdict import Attempt, Freshness, GuestVerdict, JobVerdict
from pve_backup_report.model.wishes import NONE as NO_WISHES
from pve_backup_report.model.wishes import Wishes


def analyse(cluster: Cluster, wishes: Wishes = NO_WISHES) -> Analysis:
    """Return what the cluster's values add up to: one conclusion per guest and per job.

    Args:
        cluster: the normalized tape.
        wishes: what the settings ask of the judgement.
    """
    calendar = Calendar.of(cluster)
    judge = Judge(cluster, calendar)
    evidence = Evidence(cluster)
    busy = _busy_nodes(cluster)
    promises = Promises(cluster, calendar)
    finder = CopyFinder(cluster, wishes.offsite)
    guests = []
    for guest in cluster.guests:
        coverage, backups = judge.coverage(guest), evidence.of(guest)
        verdict = _guest(guest, coverage, backups, calendar, busy.get(guest.node))
        points = promises.of(guest, coverage.jobs, backups, verdict.judged_due)
        guests.append(replace(verdict, points=points, copies=finder.of(guest, backups)))
    known = {guest.vmid for guest in cluster.guests}
    ownership = Ownership.of(cluster)
    unknown = [backup for backup in cluster.backups if backup.vmid is not None and backup.vmid not in known]
    orphans = tuple(backup for backup in unknown if ownership.is_written_by_us(backup))
    return Analysis(
        cluster=cluster,
        guests=tuple(guests),
        jobs=tuple(_job(job, cluster, calendar) for job in cluster.jobs),
        orphans=orphans if cluster.sight.guests else (),
        policies=promises.all_in_use((guest.guest, guest.jobs) for guest in guests),
        wishes=wishes,
    )


def _guest(
    guest: Guest, coverage: Coverage, evidence: GuestEvidence, calendar: Calendar, busy: int | None
) -> GuestVerdict:
    running = next((run.at for run in evidence.runs if run.result is RunResult.RUNNING), None)
    reached = any(busy is not None and run.at >= busy and run.result is not RunResult.RUNNING for run in evidence.runs)
    since = running if running is not None else None if reached else busy
    due = due_of(guest, coverage.effective, calendar, evidence.usual_duration_s, since)
    fresh = freshness(guest, due, evidence)
    judged = calendar.now if due.judged is None else due.judged
    if not coverage.effective and coverage.maybe:
        fresh = Freshness.UNKNOWN
    elif fresh is not None and not calendar.knows_zone(guest.node, judged):
        fresh = _in_any_zone(guest, coverage, evidence, calendar, since)
    return GuestVerdict(
        guest=guest,
        verdict=coverage.verdict,
        reason=coverage.reason,
        jobs=coverage.jobs,
        others=coverage.others,
        freshness=fresh,
        last_success=evidence.successes[0] if evidence.successes else None,
        last_attempt=_attempt(evidence.runs),
        last_due=due.last,
        next_due=due.next,
        backups=evidence.backups,
        evidence_since=evidence.tasks_since,
        evidence_ends_on=evidence.tasks_end_on,
        failures=_failures(evidence.runs),
        usual_duration_s=evidence.usual_duration_s,
        runs=evidence.runs,
        archives=evidence.archives,
        uncertain=evidence.uncertain,
        findings=findings_of(evidence, selected=bool(coverage.jobs)),
        judged_due=due.judged,
    )


def _in_any_zone(
    guest: Guest, coverage: Coverage, evidence: GuestEvidence, calendar: Calendar, since: int | None
) -> Freshness:
    """Return what holds whatever the zone of the guest's node is: only that it was surely never backed up."""
    if evidence.dated_at is not None:
        return Freshness.UNKNOWN  # when it was due, and the local time in an archive's name, depend on the zone
    for moved in calendar.moved(guest.node):
        due = due_of(guest, coverage.effective, moved, evidence.usual_duration_s, since)
        if freshness(guest, due, evidence) is not Freshness.NEVER:
            return Freshness.UNKNOWN
    return Freshness.NEVER


def _busy_nodes(cluster: Cluster) -> dict[str, int]:
    """Return the epoch since which each node has been running a backup task, by node."""
    busy: dict[str, int] = {}
    for task in cluster.tasks:
        if task.running:
            busy[task.node] = min(task.start, busy.get(task.node, task.start))
    return busy


def _attempt(runs: Iterable[Run]) -> Attempt | None:
    run = next(iter(runs), None)
    return None if run is None else Attempt(run.at, run.result, run.error, run.upid, run.node)


def _failures(runs: Iterable[Run]) -> int:
    """Return how many attempts in a row failed, the newest backwards."""
    count = 0
    for run in runs:
        if run.result in (RunResult.FAILED, RunResult.ABORTED):
            count += 1
        elif run.result is RunResult.OK:
            break
    return count


def _job(job: Job, cluster: Cluster, calendar: Calendar) -> JobVerdict:
    state = pool_state(job, cluster)
    taken = [(guest.vmid, selects(job, guest, state)[0]) for guest in cluster.guests]
    known = cluster.sight.guests or bool(cluster.guests)
    certain = known and all(selected is not None for _, selected in taken)
    return JobVerdict(
        job=job,
        guests=tuple(vmid for vmid, selected in taken if selected) if certain else None,
        orphans=_orphans(job, cluster),
        fires=calendar.fires(job, job.node),
        schedule_error=calendar.error(job),
        pool_state=state,
        last_due=calendar.last_due(job, job.node, cluster.asked_at),
        next_due=calendar.next_due(job, job.node) if job.enabled else None,
    )


def _orphans(job: Job, cluster: Cluster) -> tuple[int, ...]:
    """Return the ids that a job lists and that surely are no guest of the cluster."""
    if job.selection is not Selection.VMID or job.vmids is None:
        return ()
    if job.included is not None:  # PVE calls an id unknown whatever the caller may see
        return tuple(sorted({guest.vmid for guest in job.included if guest.type == "unknown"}))
    known = {guest.vmid for guest in cluster.guests}
    return tuple(sorted(set(job.vmids) - known)) if cluster.sight.guests else ()
