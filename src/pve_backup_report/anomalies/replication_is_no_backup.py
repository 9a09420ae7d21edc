"""A guest without a backup whose disks are replicated: a copy that every mistake reaches within minutes."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Freshness, Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    targets: dict[int, list[str]] = {}
    for replication in analysis.cluster.replications:
        if replication.enabled:
            targets.setdefault(replication.vmid, []).append(replication.target)
    for verdict in analysis.guests:
        guest = verdict.guest
        without = verdict.verdict is Verdict.UNCOVERED or verdict.freshness is Freshness.NEVER
        if without and guest.vmid in targets:
            yield Finding(
                subject=guest.key,
                details={
                    "vmid": guest.vmid,
                    "name": guest.name,
                    "node": guest.node,
                    "targets": tuple(targets[guest.vmid]),
                },
            )


REPLICATION_IS_NO_BACKUP = Rule(
    code="replication-is-no-backup",
    severity=Severity.INFO,
    component="coverage",
    message="Guest {vmid} ({name}) on {node} is replicated to {targets}, but not backed up. What is deleted, encrypted "
    "or damaged in the guest is so in the copy as soon as the next replication has run.",
    remedy="Keep the replication against the loss of a node, and add the guest to a backup job as well.",
    find=_find,
)
