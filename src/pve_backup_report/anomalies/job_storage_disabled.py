"""An enabled job whose storage is disabled."""

from collections.abc import Iterator

from pve_backup_report.anomalies.job_storage_fault import storage_faults
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Reason


def _find(analysis: Analysis) -> Iterator[Finding]:
    for fault in storage_faults(analysis, Reason.STORAGE_DISABLED):
        yield Finding(subject=fault.subject, details=fault.details)


JOB_STORAGE_DISABLED = Rule(
    code="job-storage-disabled",
    severity=Severity.ERROR,
    component="job",
    message="Backup job {job} writes to storage {storage}, which is disabled: every run on {nodes} fails. Guests it "
    "selects: {vmids}.",
    remedy="Enable storage {storage} under Datacenter > Storage > Edit, or choose another one in the job.",
    find=_find,
)
