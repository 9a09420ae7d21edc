"""A storage on which an effective job keeps every backup for ever."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.storage_use import storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    groups: dict[tuple[str, bool], list[str]] = {}
    for use in storage_uses(analysis):
        if use.storage.type == "pbs":
            continue  # a backup server has prune jobs of its own, which Proxmox VE does not show
        retention = use.retention
        if retention is None or "keep-all" in retention:
            groups.setdefault((use.storage.id, retention is not None), []).append(use.job.id)
    for (storage, on_purpose), jobs in groups.items():
        yield Finding(
            subject=f"storage/{storage}",
            details={"storage": storage, "jobs": tuple(jobs), "on_purpose": on_purpose},
            severity=Severity.INFO if on_purpose else None,
        )


NO_RETENTION = Rule(
    code="no-retention",
    severity=Severity.NOTICE,
    component="storage",
    message="No retention is set that limits how many backups storage {storage} keeps. Jobs that write there: "
    "{jobs}. Set to keep all on purpose: {on_purpose}.",
    remedy="Set a retention on the storage (Datacenter > Storage > Edit > Backup Retention) or in the job, unless "
    "prune-backups in /etc/vzdump.conf sets one or something else clears the storage.",
    find=_find,
)
