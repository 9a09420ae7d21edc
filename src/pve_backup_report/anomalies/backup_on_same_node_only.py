"""Guests whose backups all lie on the node that they run on."""

from collections.abc import Iterator

from pve_backup_report.anomalies.copies import Lost, copies_lost
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for (node, storages), vmids in copies_lost(analysis, Lost.WITH_THE_NODE).items():
        yield Finding(
            subject=f"node/{node}",
            details={"node": node, "storages": storages, "vmids": vmids},
        )


BACKUP_ON_SAME_NODE_ONLY = Rule(
    code="backup-on-same-node-only",
    severity=Severity.NOTICE,
    component="storage",
    message="All backups of these guests lie on {node}, the node they run on (local storages: {storages}): {vmids}. "
    "If the node is lost, both are.",
    remedy="Back these guests up to a storage outside of {node} as well, such as an NFS share or a Proxmox Backup "
    "Server.",
    find=_find,
)
