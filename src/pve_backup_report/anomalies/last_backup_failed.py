"""A guest whose newest backup attempt failed."""

from collections.abc import Iterator

from pve_backup_report.anomalies.newest_failure import failures_alike, newest_failures
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_SERIOUS = 3  # failures in a row


def _find(analysis: Analysis) -> Iterator[Finding]:
    grouped = {failure.verdict.guest.vmid for group in failures_alike(analysis) for failure in group}
    for vmid, failure in newest_failures(analysis).items():
        if failure.archived or vmid in grouped:
            continue
        guest = failure.verdict.guest
        yield Finding(
            subject=guest.key,
            details={
                "vmid": vmid,
                "name": guest.name,
                "node": failure.run.node,
                "result": str(failure.run.result),
                "error": failure.run.error,
                "attempt_at": failure.run.at,
                "failures": failure.verdict.failures,
                "last_good_at": failure.last_good_at,
                "upid": failure.run.upid,
            },
            severity=Severity.ERROR if failure.verdict.failures >= _SERIOUS else None,
        )


LAST_BACKUP_FAILED = Rule(
    code="last-backup-failed",
    severity=Severity.WARNING,
    component="evidence",
    message="The last backup of guest {vmid} ({name}), at {attempt_at} on {node}, failed: {error}. Failures in a "
    "row: {failures}. Last good backup: {last_good_at}.",
    remedy="Read the log of that task under {node} > Task History, mend what it names, then back the guest up by "
    "hand under {vmid} > Backup > Backup now.",
    find=_find,
)
