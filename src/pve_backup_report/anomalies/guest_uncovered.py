"""A guest that no effective job selects."""

from collections.abc import Iterator

from pve_backup_report.anomalies.guest_excluded import excluded_guests
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    excluded = excluded_guests(analysis)
    for verdict in analysis.guests:
        guest = verdict.guest
        if verdict.verdict is not Verdict.UNCOVERED or guest.template or guest.vmid in excluded:
            continue
        yield Finding(
            subject=guest.key,
            details={
                "vmid": guest.vmid,
                "name": guest.name,
                "node": guest.node,
                "reason": str(verdict.reason),
                "jobs": tuple(match.job for match in verdict.jobs),
            },
        )


GUEST_UNCOVERED = Rule(
    code="guest-uncovered",
    severity=Severity.WARNING,
    component="coverage",
    message="No effective backup job selects guest {vmid} ({name}) on {node}: {reason}.",
    remedy="Add the guest to a backup job, or exempt it on purpose. If a job should have selected it, see why that "
    "job does not count with pve-backup-report --explain {vmid}.",
    find=_find,
)
