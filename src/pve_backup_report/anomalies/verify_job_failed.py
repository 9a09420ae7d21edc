"""A verify job of a backup server whose last run failed."""

from collections.abc import Iterator

from pve_backup_report.anomalies.failed_jobs import failed_jobs
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import JobKind


def _find(analysis: Analysis) -> Iterator[Finding]:
    yield from failed_jobs(analysis, JobKind.VERIFY)


VERIFY_JOB_FAILED = Rule(
    code="verify-job-failed",
    severity=Severity.WARNING,
    component="pbs",
    message="The last run of verify job {job} on {server}, for datastore {datastore}, at {ended_at}, failed: {error}. "
    "Damaged backups, or none verified at all.",
    remedy="Read the task log on {server} under Datastore > {datastore} > Verify Jobs. Where it names damaged "
    "snapshots, back their guests up again, and look at the disks and the memory of the server.",
    find=_find,
)
