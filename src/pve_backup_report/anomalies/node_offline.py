"""A node that the cluster calls offline."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Freshness


def _find(analysis: Analysis) -> Iterator[Finding]:
    for node in analysis.cluster.nodes:
        if node.online is not False:
            continue
        here = [verdict for verdict in analysis.guests if verdict.guest.node == node.name]
        yield Finding(
            subject=f"node/{node.name}",
            details={
                "node": node.name,
                "vmids": tuple(verdict.guest.vmid for verdict in here),
                "late": tuple(verdict.guest.vmid for verdict in here if verdict.freshness is Freshness.LATE),
            },
        )


NODE_OFFLINE = Rule(
    code="node-offline",
    severity=Severity.WARNING,
    component="node",
    message="Node {node} is offline: no backup runs there, and its tasks and local backups cannot be seen. Guests "
    "there: {vmids}. Those whose backup is late: {late}.",
    remedy="Bring the node back, then run the report again. If it is gone for good, restore its guests elsewhere and "
    "take it out of the cluster (pvecm delnode {node}).",
    find=_find,
)
