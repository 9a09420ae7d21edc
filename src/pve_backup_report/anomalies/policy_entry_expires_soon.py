"""An entry of the policy that counts for a few more days only."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.policy_use import EntryState

_SOON_DAYS = 14


def _find(analysis: Analysis) -> Iterator[Finding]:
    use = analysis.policy_use
    for told in use.matched:
        entry = told.entry
        if told.state is not EntryState.IN_FORCE or entry.until is None or use.today is None:
            continue
        if (entry.until - use.today).days < _SOON_DAYS:
            yield Finding(
                subject=entry.origin.subject,
                details={
                    "entry": entry.origin.label,
                    "file": use.policy.file,
                    "last_day": entry.until.isoformat(),
                    "owner": entry.owner,
                    "why": entry.reason,
                    "vmids": told.vmids,
                },
            )


POLICY_ENTRY_EXPIRES_SOON = Rule(
    code="policy-entry-expires-soon",
    severity=Severity.INFO,
    component="policy",
    message="The entry {entry} of {file} counts until {last_day}, and no longer. Owner: {owner}. Reason: {why}. "
    "Guests: {vmids}.",
    remedy="Tell the owner now: after that day its guests are judged, and its anomalies count, like all others.",
    find=_find,
)
