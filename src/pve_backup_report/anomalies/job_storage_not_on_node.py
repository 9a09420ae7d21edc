"""An enabled job whose storage is not allowed on a node where it has guests."""

from collections.abc import Iterator

from pve_backup_report.anomalies.job_storage_fault import storage_faults
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Reason


def _find(analysis: Analysis) -> Iterator[Finding]:
    for fault in storage_faults(analysis, Reason.STORAGE_NOT_ON_NODE):
        yield Finding(
            subject=fault.subject,
            details=fault.details,
            severity=Severity.ERROR if fault.everywhere else None,
        )


JOB_STORAGE_NOT_ON_NODE = Rule(
    code="job-storage-not-on-node",
    severity=Severity.WARNING,
    component="job",
    message="Backup job {job} writes to storage {storage}, which is not allowed on {nodes}: its runs there fail. "
    "Guests there: {vmids}.",
    remedy="Add {nodes} to the nodes of storage {storage} under Datacenter > Storage > Edit, or back these guests up "
    "with a job of their own to a storage that is there.",
    find=_find,
)
