"""An entry of the policy that fits nothing."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.policy import TAG, Acknowledgement, GuestRule
from pve_backup_report.model.policy_use import EntryState, Matched

_CODE = "policy-entry-unused"


def is_unused(told: Matched, analysis: Analysis) -> bool:
    """Whether an entry surely fits nothing: what was not seen could be what it is about."""
    entry, cluster = told.entry, analysis.cluster
    if told.state is not EntryState.IN_FORCE or told.vmids or told.unsure or not cluster.sight.guests:
        return False
    if isinstance(entry, Acknowledgement):
        hidden = any(gap.blinds for gap in cluster.gaps)
        return told.anomalies == () and not hidden and entry.code != _CODE
    if isinstance(entry, GuestRule) and entry.selector.of_all:
        return False
    return entry.origin.kind != TAG  # a tag is offered to whoever may set it


def _find(analysis: Analysis) -> Iterator[Finding]:
    for told in analysis.policy_use.matched:
        if is_unused(told, analysis):
            yield Finding(
                subject=told.entry.origin.subject,
                details={"entry": told.entry.origin.label, "file": analysis.policy_use.policy.file},
            )


POLICY_ENTRY_UNUSED = Rule(
    code=_CODE,
    severity=Severity.NOTICE,
    component="policy",
    message="The entry {entry} of {file} fits nothing: no guest, or no anomaly that was found.",
    remedy="Remove the entry, or mend what it names: a guest that was renamed or destroyed, a tag or a pool that is "
    "written otherwise, an anomaly that is gone. pve-backup-report --check-policy shows what each entry fits.",
    find=_find,
)
