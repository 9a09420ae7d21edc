"""A storage that takes backups and is nearly full."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.storage_use import storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.storage import FULL, NEARLY_FULL, Storage, StorageState


def _find(analysis: Analysis) -> Iterator[Finding]:
    used_on: dict[str, set[str]] = {}
    storages: dict[str, Storage] = {}
    for use in storage_uses(analysis):
        storages[use.storage.id] = use.storage
        used_on.setdefault(use.storage.id, set()).update(use.nodes)
    for storage in storages.values():
        told = [(percent, state) for state in storage.states if (percent := _percent(state)) is not None]
        if storage.shared:  # every node sees the same content
            told = sorted(told, key=lambda pair: pair[0])[-1:]
        else:
            told = [(percent, state) for percent, state in told if state.node in used_on[storage.id]]
        for percent, state in told:
            if percent >= NEARLY_FULL:
                yield Finding(
                    subject=f"storage/{storage.id}",
                    details={
                        "storage": storage.id,
                        "node": state.node,
                        "percent": percent,
                        "used_bytes": state.used,
                        "total_bytes": state.total,
                    },
                    severity=Severity.ERROR if percent >= FULL else None,
                )


def _percent(state: StorageState) -> int | None:
    """Return the used share, rounded down; None when it was not told."""
    return 100 * state.used // state.total if state.used is not None and state.total else None


STORAGE_NEARLY_FULL = Rule(
    code="storage-nearly-full",
    severity=Severity.WARNING,
    component="storage",
    message="Storage {storage}, as seen from {node}, is {percent} % full: {used_bytes} of {total_bytes}. Backups "
    "fail once it is full.",
    remedy="Remove what is no longer needed, keep fewer backups (Datacenter > Storage > Edit > Backup Retention), or "
    "add room. On a Proxmox Backup Server pruning frees nothing until garbage collection has run.",
    find=_find,
)
