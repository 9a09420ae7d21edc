"""A guest with fewer copies than the policy asks for."""

from collections.abc import Iterator

from pve_backup_report.anomalies.policy_demands import missing
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    return missing(analysis, away=False)


POLICY_COPIES_MISSING = Rule(
    code="policy-copies-missing",
    severity=Severity.WARNING,
    component="policy",
    message="Guest {vmid} ({name}) has too few copies, itself included: {there} of the {wanted} that the policy "
    "asks for ({rules}). Places: {places}.",
    remedy="Let a second job or a sync job bring its backups to one more place, or change copies in the policy. "
    "pve-backup-report --explain {vmid} shows where its backups lie.",
    find=_find,
)
