"""Exemptions that count for ever."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.policy import TAG, Exemption
from pve_backup_report.model.policy_use import EntryState


def _find(analysis: Analysis) -> Iterator[Finding]:
    use = analysis.policy_use
    endless = [
        told
        for told in use.matched
        if isinstance(told.entry, Exemption)
        and told.entry.origin.kind != TAG
        and told.entry.until is None
        and told.state is EntryState.IN_FORCE
    ]
    if endless:
        yield Finding(
            subject="policy",
            details={
                "entries": tuple(told.entry.origin.label for told in endless),
                "file": use.policy.file,
                "count": len(endless),
                "vmids": tuple(sorted({vmid for told in endless for vmid in told.vmids})),
            },
        )


POLICY_ENTRY_WITHOUT_END = Rule(
    code="policy-entry-without-end",
    severity=Severity.INFO,
    component="policy",
    message="Exemptions in {file} without a last day: {entries}. Guests: {vmids}.",
    remedy="Give each a day in until, a year ahead for example, so that somebody asks again whether its reason still "
    "holds. Without one nobody ever will.",
    find=_find,
)
