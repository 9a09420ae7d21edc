"""A sync job of a backup server whose last run failed."""

from collections.abc import Iterator

from pve_backup_report.anomalies.failed_jobs import failed_jobs
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import JobKind


def _find(analysis: Analysis) -> Iterator[Finding]:
    yield from failed_jobs(analysis, JobKind.SYNC)


SYNC_JOB_FAILED = Rule(
    code="sync-job-failed",
    severity=Severity.WARNING,
    component="pbs",
    message="The last run of sync job {job} on {server}, for datastore {datastore}, at {ended_at}, failed: {error}. "
    "The copy at the other place gets older. Remote: {remote}.",
    remedy="Read the task log on {server} under Datastore > {datastore} > Sync Jobs, and see whether the remote "
    "answers and its password still holds.",
    find=_find,
)
