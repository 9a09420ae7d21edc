"""Prune, verify and sync jobs of a backup server, and its garbage collections."""

from pve_backup_report.model.pbs import DatastoreJob, JobKind, JobResult, JobState
from pve_backup_report.normalize.reading import Row, flag, moment, number, text
from pve_backup_report.normalize.storage import read_retention

_KEEPS = ("keep-last", "keep-hourly", "keep-daily", "keep-weekly", "keep-monthly", "keep-yearly")


def read_state(row: Row) -> JobState:
    """Return when a job runs and how its last run ended (pbs-api-types src/jobs.rs ``JobScheduleStatus``)."""
    state, end = text(row.get("last-run-state")), moment(row.get("last-run-endtime"))
    if state is None:
        result = JobResult.NEVER if end is None and text(row.get("last-run-upid")) is None else JobResult.UNKNOWN
    elif state == "OK":
        result = JobResult.OK
    elif state.startswith("WARNINGS:"):
        result = JobResult.WARNINGS
    else:
        result = JobResult.UNKNOWN if state == "unknown" else JobResult.FAILED
    return JobState(
        schedule=text(row.get("schedule")),
        next_run=moment(row.get("next-run")),
        last_end=end,
        last_result=result,
        last_message=state,
    )


def read_job(row: Row, kind: JobKind) -> DatastoreJob | None:
    """Return one job; None when the row names none.

    Args:
        row: one row of ``/admin/prune``, ``/admin/verify`` or ``/admin/sync``.
        kind: which of them.
    """
    name, store = text(row.get("id")), text(row.get("store"))
    if name is None or store is None:
        return None
    keeps = read_retention({key: row.get(key) for key in _KEEPS}) if kind is JobKind.PRUNE else None
    return DatastoreJob(
        kind=kind,
        id=name,
        datastore=store,
        namespace=text(row.get("ns")) or "",
        max_depth=number(row.get("max-depth")),
        enabled=not flag(row.get("disable")),
        keeps=keeps or (),
        outdated_after_days=number(row.get("outdated-after")),
        remote=text(row.get("remote")),
        remote_datastore=text(row.get("remote-store")),
        remote_namespace=text(row.get("remote-ns")) or "",
        push=text(row.get("sync-direction")) == "push",
        state=read_state(row),
    )
