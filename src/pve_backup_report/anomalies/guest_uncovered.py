"""A guest that no effective job selects."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        if verdict.verdict is Verdict.UNCOVERED:
            guest = verdict.guest
            yield Finding(
                subject=guest.key,
                details={"vmid": guest.vmid, "name": guest.name, "node": guest.node, "reason": str(verdict.reason)},
                severity=Severity.NOTICE if guest.template else None,
            )


GUEST_UNCOVERED = Rule(
    code="guest-uncovered",
    severity=Severity.WARNING,
    component="coverage",
    message="No effective backup job selects guest {vmid} ({name}) on {node}: {reason}.",
    remedy="Add the guest to a backup job, or exempt it on purpose. If a job should have selected it, "
    "see why that job does not count with --explain {vmid}.",
    find=_find,
)
