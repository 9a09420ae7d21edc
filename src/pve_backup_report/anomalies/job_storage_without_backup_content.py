"""An enabled job whose storage does not hold backups."""

from collections.abc import Iterator

from pve_backup_report.anomalies.job_storage_fault import storage_faults
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Reason


def _find(analysis: Analysis) -> Iterator[Finding]:
    for fault in storage_faults(analysis, Reason.STORAGE_WITHOUT_BACKUP_CONTENT):
        yield Finding(subject=fault.subject, details=fault.details)


JOB_STORAGE_WITHOUT_BACKUP_CONTENT = Rule(
    code="job-storage-without-backup-content",
    severity=Severity.ERROR,
    component="job",
    message="Backup job {job} writes to storage {storage}, which is not set up to hold backups: every run on {nodes} "
    "fails. Guests it selects: {vmids}.",
    remedy="Add the content type Backup to storage {storage} under Datacenter > Storage > Edit, or choose another "
    "storage in the job.",
    find=_find,
)
