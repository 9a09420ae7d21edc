"""The whole cluster to conclusions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from pve_backup_report.coverage.copies import CopyFinder
from pve_backup_report.coverage.days import Days
from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import Evidence
from pve_backup_report.coverage.exempting import exempted
from pve_backup_report.coverage.policy_use import use_policy
from pve_backup_report.coverage.restore_points import Promises
from pve_backup_report.coverage.room import rooms
from pve_backup_report.coverage.selection import Selectors, selects
from pve_backup_report.coverage.timeliness import Timeliness
from pve_backup_report.coverage.verdict import Judge
from pve_backup_report.coverage.witness import findings_of
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.policy_use import NO_DEMANDS
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.task import BAD_ENDS, Run, RunResult
from pve_backup_report.model.verdict import Attempt, GuestVerdict, JobVerdict
from pve_backup_report.model.wishes import NONE as NO_WISHES
from pve_backup_report.model.wishes import Wishes


def analyse(cluster: Cluster, wishes: Wishes = NO_WISHES) -> Analysis:
    """Return what the cluster's values add up to: one conclusion per guest and per job.

    Args:
        cluster: the normalized tape.
        wishes: what the settings ask of the judgement.
    """
    calendar = Calendar.of(cluster)
    selectors = Selectors(cluster)
    judge = Judge(cluster, calendar, selectors)
    evidence = Evidence(cluster)
    timeliness = Timeliness(cluster, calendar)
    days = Days(cluster, calendar)
    promises = Promises(cluster, calendar)
    finder = CopyFinder(cluster, wishes.offsite)
    use = use_policy(wishes.policy, cluster)
    restores = _by_guest((*cluster.restores, *wishes.restores))
    guests = []
    for guest in cluster.guests:
        coverage = judge.coverage(guest)
        into_directory = any(match.effective and match.storage is None for match in coverage.jobs)
        backups = evidence.of(guest, into_directory=into_directory)
        due, fresh = timeliness.judge(guest, coverage, backups)
        judged = GuestVerdict(
            guest=guest,
            verdict=coverage.verdict,
            reason=coverage.reason,
            jobs=coverage.jobs,
            others=coverage.others,
            freshness=fresh,
            last_success=backups.newest,
            last_attempt=_attempt(backups.runs),
            last_due=due.last,
            next_due=due.next,
            backups=backups.backups,
            evidence_since=backups.tasks_since,
            evidence_ends_on=backups.tasks_end_on,
            failures=_failures(backups.runs),
            usual_duration_s=backups.usual_duration_s,
            runs=backups.runs,
            archives=backups.archives,
            uncertain=backups.uncertain,
            findings=findings_of(backups, selected=bool(coverage.jobs)),
            judged_due=due.judged,
            points=promises.of(guest, coverage.jobs, backups, due.judged),
            copies=finder.of(guest, backups, use.demands.get(guest.vmid, NO_DEMANDS).offsite),
            restores=tuple(restores[guest.vmid]),
            days=days.of(guest, coverage, backups, due, fresh),
            due_days=days.due(guest, coverage),
        )
        guests.append(exempted(judged, use.granted.get(guest.vmid)))
    analysis = Analysis(
        cluster=cluster,
        guests=tuple(guests),
        jobs=tuple(_job(job, cluster, calendar, selectors) for job in cluster.jobs),
        orphans=evidence.orphans() if cluster.sight.guests else (),
        policies=promises.all_in_use((guest.guest, guest.jobs) for guest in guests),
        wishes=wishes,
        policy_use=use,
    )
    return replace(analysis, rooms=rooms(analysis, calendar))


def _by_guest(restores: Iterable[Restore]) -> defaultdict[int, list[Restore]]:
    """Return the restores by guest, the newest first."""
    found: defaultdict[int, list[Restore]] = defaultdict(list)
    for restore in sorted(restores, key=lambda restore: -restore.at):
        found[restore.vmid].append(restore)
    return found


def _attempt(runs: Iterable[Run]) -> Attempt | None:
    run = next(iter(runs), None)
    return None if run is None else Attempt(run.at, run.result, run.error, run.upid, run.node)


def _failures(runs: Iterable[Run]) -> int:
    """Return how many attempts in a row failed, the newest backwards."""
    count = 0
    for run in runs:
        if run.result in BAD_ENDS:
            count += 1
        elif run.result is RunResult.OK:
            break
    return count


def _job(job: Job, cluster: Cluster, calendar: Calendar, selectors: Selectors) -> JobVerdict:
    state = selectors.pool_state(job)
    taken = [(guest.vmid, selects(job, guest, state)[0]) for guest in selectors.guests_for(job)]
    named = job.selection is Selection.VMID and job.vmids is not None and not selectors.unknown_to(job)
    # a job may select guests that the token does not see, unless it names the ones that it does
    certain = (cluster.sight.guests or named) and all(selected is not None for _, selected in taken)
    return JobVerdict(
        job=job,
        guests=tuple(vmid for vmid, selected in taken if selected) if certain else None,
        orphans=_orphans(job, cluster, selectors),
        fires=calendar.fires(job, job.node),
        schedule_error=calendar.error(job),
        pool_state=state,
        last_due=calendar.last_due(job, job.node, cluster.asked_at),
        next_due=calendar.next_due(job, job.node) if job.enabled else None,
    )


def _orphans(job: Job, cluster: Cluster, selectors: Selectors) -> tuple[int, ...]:
    """Return the ids that a job lists and that surely are no guest of the cluster."""
    if job.selection is not Selection.VMID or job.vmids is None:
        return ()
    if job.included is not None:  # PVE calls an id unknown whatever the caller may see
        return tuple(sorted({guest.vmid for guest in job.included if guest.type == "unknown"}))
    return tuple(sorted(selectors.unknown_to(job))) if cluster.sight.guests else ()
