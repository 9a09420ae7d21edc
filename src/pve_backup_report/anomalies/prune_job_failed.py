"""A prune job of a backup server whose last run failed."""

from collections.abc import Iterator

from pve_backup_report.anomalies.failed_jobs import failed_jobs
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import JobKind


def _find(analysis: Analysis) -> Iterator[Finding]:
    yield from failed_jobs(analysis, JobKind.PRUNE)


PRUNE_JOB_FAILED = Rule(
    code="prune-job-failed",
    severity=Severity.WARNING,
    component="pbs",
    message="The last run of prune job {job} on {server}, for datastore {datastore}, at {ended_at}, failed: {error}. "
    "Old backups are not removed.",
    remedy="Read the task log on {server} under Datastore > {datastore} > Prune & GC Jobs.",
    find=_find,
)
