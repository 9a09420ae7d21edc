"""A guest that was due for a backup and never got one."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Freshness


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        if verdict.freshness is not Freshness.NEVER:
            continue
        guest, attempt = verdict.guest, verdict.last_attempt
        yield Finding(
            subject=guest.key,
            details={
                "vmid": guest.vmid,
                "name": guest.name,
                "node": guest.node,
                "last_due": verdict.last_due,
                "failures": verdict.failures,
                "attempt_at": None if attempt is None else attempt.at,
                "error": None if attempt is None else attempt.error,
                "jobs": tuple(match.job for match in verdict.jobs if match.effective),
            },
        )


NEVER_BACKED_UP = Rule(
    code="never-backed-up",
    severity=Severity.ERROR,
    component="evidence",
    message="Guest {vmid} ({name}) on {node} has never been backed up. Last due: {last_due}, by {jobs}. Failed "
    "attempts in a row: {failures}.",
    remedy="Back the guest up by hand now under {vmid} > Backup > Backup now, then see with pve-backup-report "
    "--explain {vmid} why the job did not.",
    find=_find,
)
