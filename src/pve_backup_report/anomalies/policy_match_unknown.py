"""Entries of the policy of which it cannot be told whether they fit a guest."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.policy_use import EntryState


def _find(analysis: Analysis) -> Iterator[Finding]:
    for told in analysis.policy_use.matched:
        unnamed = told.state is EntryState.CLUSTER_UNKNOWN
        if unnamed or (told.unsure and told.state is EntryState.IN_FORCE):
            yield Finding(
                subject=told.entry.origin.subject,
                details={
                    "entry": told.entry.origin.label,
                    "file": analysis.policy_use.policy.file,
                    "vmids": told.unsure,
                    "cluster_seen": not unnamed,
                },
            )


POLICY_MATCH_UNKNOWN = Rule(
    code="policy-match-unknown",
    severity=Severity.NOTICE,
    component="policy",
    message="It cannot be told whether the entry {entry} of the policy is about these guests, so it does not count for "
    "them: {vmids}. The cluster’s name was seen: {cluster_seen}.",
    remedy="Let the token see the pools (Pool.Audit on /pool) and the guests’ configurations (VM.Audit on /vms), and "
    "the cluster’s name (Sys.Audit on /); or name the guests by vmid. pve-backup-report --check-api shows which right "
    "is missing.",
    find=_find,
)
