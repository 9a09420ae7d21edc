"""Two storages that are one and the same place under two names."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.storage import Storage


def _find(analysis: Analysis) -> Iterator[Finding]:
    groups: dict[tuple[str, ...], list[Storage]] = {}
    for storage in analysis.cluster.storages:
        # a place that tells only its type tells nothing
        if storage.enabled and storage.takes_backups and len(storage.place) > 1:
            groups.setdefault(storage.place, []).append(storage)
    nodes = [node.name for node in analysis.cluster.nodes]
    for storages in groups.values():
        if len(storages) > 1 and _meet(storages, nodes):
            yield Finding(
                subject=f"storage/{storages[0].id}",
                details={"storages": tuple(storage.id for storage in storages)},
            )


def _meet(storages: list[Storage], nodes: list[str]) -> bool:
    """Whether they show the same files: a shared place anywhere, a local path only on the same node."""
    if all(storage.shared for storage in storages):
        return True
    return any(sum(storage.on_node(node) for storage in storages) > 1 for node in nodes)


DUPLICATE_PLACES = Rule(
    code="duplicate-places",
    severity=Severity.INFO,
    component="storage",
    message="Storages {storages} are one and the same place: a backup there shows up under each name, and is one "
    "copy only.",
    remedy="Keep one of the names under Datacenter > Storage, or give each its own namespace, export or directory.",
    find=_find,
)
