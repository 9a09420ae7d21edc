"""A guest with fewer copies away from the cluster than the policy asks for."""

from collections.abc import Iterator

from pve_backup_report.anomalies.policy_demands import missing
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    return missing(analysis, away=True)


POLICY_OFFSITE_MISSING = Rule(
    code="policy-offsite-missing",
    severity=Severity.WARNING,
    component="policy",
    message="Guest {vmid} ({name}) has too few copies away from the cluster: {there} of the {wanted} that the "
    "policy asks for ({rules}). Places: {places}.",
    remedy="Let a sync job or a second job bring its backups to a place that is away, and name that place in "
    "REPORT_OFFSITE or in offsite of the policy. pve-backup-report --explain {vmid} shows where its backups lie.",
    find=_find,
)
