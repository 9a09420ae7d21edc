"""Guests whose backups all lie on one storage."""

from collections.abc import Iterator

from pve_backup_report.anomalies.copies import Lost, copies_lost
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for (_, storages), vmids in copies_lost(analysis, Lost.WITH_ONE_STORAGE).items():
        yield Finding(
            subject=f"storage/{storages[0]}",
            details={"storage": storages[0], "count": len(vmids), "vmids": vmids},
        )


ALL_COPIES_ON_ONE_STORAGE = Rule(
    code="all-copies-on-one-storage",
    severity=Severity.INFO,
    component="storage",
    message="As far as Proxmox VE shows, all backups of these guests lie on one storage, {storage}: {vmids}.",
    remedy="If storage {storage} is not copied elsewhere already (a sync job of the backup server, tape, another "
    "site), add a second place.",
    find=_find,
)
