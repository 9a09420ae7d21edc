"""An entry of the policy whose last day has passed."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.policy_use import EntryState


def _find(analysis: Analysis) -> Iterator[Finding]:
    for told in analysis.policy_use.matched:
        entry = told.entry
        if told.state is EntryState.EXPIRED and entry.until is not None:
            yield Finding(
                subject=entry.origin.subject,
                details={
                    "entry": entry.origin.label,
                    "file": analysis.policy_use.policy.file,
                    "last_day": entry.until.isoformat(),
                    "owner": entry.owner,
                    "why": entry.reason,
                    "vmids": told.vmids,
                },
            )


POLICY_ENTRY_EXPIRED = Rule(
    code="policy-entry-expired",
    severity=Severity.WARNING,
    component="policy",
    message="The entry {entry} of {file} ended on {last_day} and counts no more. Owner: {owner}. Reason: {why}. "
    "Guests that it was about: {vmids}.",
    remedy="Ask the owner: remove the entry when its reason is gone, or give it a new day in until.",
    find=_find,
)
