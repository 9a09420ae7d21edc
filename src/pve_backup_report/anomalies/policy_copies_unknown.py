"""Guests of which it cannot be told whether they have the copies that the policy asks for."""

from collections.abc import Iterator

from pve_backup_report.anomalies.policy_demands import shortfalls
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    unsure = sorted({short.verdict.guest.vmid for short in shortfalls(analysis) if not short.whole})
    if unsure:
        yield Finding(subject="policy", details={"vmids": tuple(unsure), "count": len(unsure)})


POLICY_COPIES_UNKNOWN = Rule(
    code="policy-copies-unknown",
    severity=Severity.INFO,
    component="policy",
    message="It cannot be told whether these guests have the copies that the policy asks for, since not every place "
    "was seen: {vmids}.",
    remedy="Let the token see the backups on every storage, and ask the backup servers themselves: pve-backup-report "
    "--check-api shows which right is missing.",
    find=_find,
)
