"""An enabled job whose storage does not exist."""

from collections.abc import Iterator

from pve_backup_report.anomalies.job_storage_fault import storage_faults
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Reason


def _find(analysis: Analysis) -> Iterator[Finding]:
    for fault in storage_faults(analysis, Reason.STORAGE_MISSING):
        yield Finding(subject=fault.subject, details=fault.details)


JOB_NAMES_MISSING_STORAGE = Rule(
    code="job-names-missing-storage",
    severity=Severity.ERROR,
    component="job",
    message="Backup job {job} writes to storage {storage}, which does not exist: every run on {nodes} fails. Guests "
    "it selects: {vmids}.",
    remedy="Open the job under Datacenter > Backup > Edit and choose a storage that exists, or add storage {storage} "
    "again under Datacenter > Storage.",
    find=_find,
)
