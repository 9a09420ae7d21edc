"""A storage that takes backups and that a node does not report as available."""

from collections.abc import Iterator, Mapping

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.storage_use import storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def unavailable_storages(analysis: Analysis) -> Mapping[str, tuple[str, ...]]:
    """Return the storages that an effective job writes to from nodes that do not report them available, with the nodes.

    Args:
        analysis: the cluster and the conclusions.
    """
    online = {node.name for node in analysis.cluster.nodes if node.online}
    found: dict[str, set[str]] = {}
    for use in storage_uses(analysis):
        for state in use.storage.states:
            if not state.available and state.node in online and state.node in use.nodes:
                found.setdefault(use.storage.id, set()).add(state.node)
    return {storage: tuple(sorted(nodes)) for storage, nodes in found.items()}


def _find(analysis: Analysis) -> Iterator[Finding]:
    uses = storage_uses(analysis)
    for storage, nodes in unavailable_storages(analysis).items():
        vmids = {
            verdict.guest.vmid
            for use in uses
            if use.storage.id == storage
            for verdict in use.guests
            if verdict.guest.node in nodes
        }
        yield Finding(
            subject=f"storage/{storage}",
            details={"storage": storage, "nodes": nodes, "vmids": tuple(sorted(vmids))},
        )


STORAGE_NOT_AVAILABLE = Rule(
    code="storage-not-available",
    severity=Severity.WARNING,
    component="storage",
    message="Storage {storage} is not reported as available on {nodes}: backups to it may fail there, and those on "
    "it may not have been seen. Guests whose backups go there: {vmids}.",
    remedy="Run pvesm status on {nodes}, and see whether the server of storage {storage} answers and its mount is "
    "there. A storage that hangs can make all the others of a node look unavailable.",
    find=_find,
)
