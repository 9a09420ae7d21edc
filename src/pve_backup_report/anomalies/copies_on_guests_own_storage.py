"""Guests whose backups all lie on the storage that holds their own disks."""

from collections.abc import Iterator

from pve_backup_report.anomalies.copies import Lost, copies_lost
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for (_, storages), vmids in copies_lost(analysis, Lost.WITH_THE_DISKS).items():
        yield Finding(subject=f"storage/{storages[0]}", details={"storages": storages, "vmids": vmids})


COPIES_ON_GUESTS_OWN_STORAGE = Rule(
    code="copies-on-guests-own-storage",
    severity=Severity.WARNING,
    component="storage",
    message="All backups of these guests lie on {storages}, which also holds their own disks: {vmids}. If it fails, "
    "both are lost.",
    remedy="Back these guests up to another storage, best on another machine, or copy the backups there.",
    find=_find,
)
