"""Snapshots under a guest’s id that may be of another cluster’s guest."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        if verdict.uncertain:
            guest = verdict.guest
            yield Finding(
                subject=guest.key,
                details={
                    "vmid": guest.vmid,
                    "name": guest.name,
                    "count": len(verdict.uncertain),
                    "storages": tuple(sorted({backup.storage for backup in verdict.uncertain})),
                    "notes": tuple(sorted({backup.notes for backup in verdict.uncertain if backup.notes})),
                    "newest_at": verdict.uncertain[0].at,
                },
            )


BACKUPS_AMBIGUOUS = Rule(
    code="backups-ambiguous",
    severity=Severity.WARNING,
    component="evidence",
    message="Backups under the id of guest {vmid} ({name}) may be of another cluster’s guest, and are not counted: "
    "{count} on {storages}, the newest of {newest_at}. Their notes say: {notes}.",
    remedy="Give each cluster a namespace of its own on the backup server, and a token of its own. If the guest was "
    "only renamed, nothing is to be done: its next backups carry the new name.",
    find=_find,
)
