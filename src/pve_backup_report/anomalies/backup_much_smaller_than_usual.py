"""A guest whose newest archive is much smaller than those before it."""

from collections.abc import Iterator
from statistics import median

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.backup import Backup

_EARLIER_ARCHIVES = 5
_PART = 3  # smaller than a third


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        newest = next((archive for archive in verdict.archives if archive.good), None)
        if newest is None or newest.size is None:
            continue
        much = newest.size * _PART
        if max([archive.size or 0 for archive in verdict.archives]) <= much:
            continue  # as nearly always: then the usual size is not more either
        earlier = _earlier_sizes(verdict.archives, newest)
        if len(earlier) < _EARLIER_ARCHIVES:
            continue
        usual = int(median(earlier))
        if much < usual:
            guest = verdict.guest
            yield Finding(
                subject=guest.key,
                details={
                    "vmid": guest.vmid,
                    "name": guest.name,
                    "storage": newest.storage,
                    "made_at": newest.at,
                    "size_bytes": newest.size,
                    "usual_bytes": usual,
                },
            )


def _earlier_sizes(archives: tuple[Backup, ...], newest: Backup) -> list[int]:
    """Return the sizes of the good archives before the newest one, in the same place."""
    place = newest.storage, newest.node
    return [
        archive.size
        for archive in archives
        if archive is not newest
        and archive.good
        and archive.size is not None
        and (archive.storage, archive.node) == place
    ]


BACKUP_MUCH_SMALLER_THAN_USUAL = Rule(
    code="backup-much-smaller-than-usual",
    severity=Severity.WARNING,
    component="evidence",
    message="The newest backup of guest {vmid} ({name}), of {made_at} on storage {storage}, holds {size_bytes}; the "
    "earlier ones there usually hold {usual_bytes}.",
    remedy="See whether a disk was taken out of the backup or emptied: compare the guest’s Hardware with its last "
    "task log, and try a file restore before the older backups are pruned.",
    find=_find,
)
