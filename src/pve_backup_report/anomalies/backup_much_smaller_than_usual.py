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
        newest, earlier = _newest_and_earlier(verdict.archives)
        if newest is None or newest.size is None or len(earlier) < _EARLIER_ARCHIVES:
            continue
        usual = int(median(earlier))
        if newest.size * _PART < usual:
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


def _newest_and_earlier(archives: tuple[Backup, ...]) -> tuple[Backup | None, list[int]]:
    """Return the newest good archive, and the sizes of the earlier ones in the same place."""
    good = [archive for archive in archives if archive.good]
    if not good:
        return None, []
    newest = good[0]
    place = newest.storage, newest.node
    return newest, [
        archive.size for archive in good[1:] if archive.size is not None and (archive.storage, archive.node) == place
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
