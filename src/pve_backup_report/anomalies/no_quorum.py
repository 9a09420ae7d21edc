"""A cluster without quorum."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    cluster = analysis.cluster
    if cluster.quorate is False:
        yield Finding(
            subject="cluster",
            details={
                "cluster": cluster.name,
                "offline": tuple(node.name for node in cluster.nodes if node.online is False),
            },
        )


NO_QUORUM = Rule(
    code="no-quorum",
    severity=Severity.ERROR,
    component="node",
    message="Cluster {cluster} has no quorum: its configuration is read-only, guests cannot be locked for a backup, "
    "and what this report shows may be out of date. Nodes seen offline: {offline}.",
    remedy="Bring back enough nodes or their network (pvecm status, journalctl -u corosync), then run the report "
    "again.",
    find=_find,
)
