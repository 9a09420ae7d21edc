"""A sync job that has let two of its times go by."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.calendar_event import CalendarEvent, InvalidCalendarEvent, parse_calendar_event
from pve_backup_report.coverage.calendar_past import last_event
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import DatastoreJob, JobKind, JobResult

_REACH_S = 400 * 86400
_GRACE_S = 7200


def _find(analysis: Analysis) -> Iterator[Finding]:
    cluster = analysis.cluster
    zone = ZoneInfo(cluster.timezone)
    for server in cluster.pbs:
        for job in server.jobs:
            if job.kind is not JobKind.SYNC or not job.enabled or job.state.last_result is JobResult.UNKNOWN:
                continue
            missed = _missed_since(job, cluster.asked_at - _GRACE_S, zone)
            if missed is not None and (job.state.last_end or 0) < missed:
                yield Finding(
                    subject=f"pbs/{server.name}",
                    details={
                        "server": server.name,
                        "job": job.id,
                        "datastore": job.datastore,
                        "schedule": job.state.schedule,
                        "last_at": job.state.last_end,
                        "missed_since": missed,
                    },
                )


def _missed_since(job: DatastoreJob, now: int, zone: ZoneInfo) -> int | None:
    """Return the last but one time that the job was due; it may be an hour out, since the server's zone is not told."""
    if job.state.schedule is None:
        return None
    try:
        event: CalendarEvent = parse_calendar_event(job.state.schedule)
    except InvalidCalendarEvent:
        return None
    newest = last_event(event, now, zone, now - _REACH_S)
    return None if newest is None else last_event(event, newest - 1, zone, now - _REACH_S)


SYNC_JOB_BEHIND = Rule(
    code="sync-job-behind",
    severity=Severity.WARNING,
    component="pbs",
    message="Sync job {job} on {server}, for datastore {datastore}, has not run at two times that it was due (schedule "
    "{schedule}). Its last run ended: {last_at}.",
    remedy="See on {server} under Datastore > {datastore} > Sync Jobs whether a run still hangs, and start it by hand.",
    find=_find,
)
