"""A guest that keeps a snapshot for longer than a month."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_LONG_S = 30 * 86400


def _find(analysis: Analysis) -> Iterator[Finding]:
    for guest in analysis.cluster.guests:
        old = [
            (snapshot.at, snapshot.name)
            for snapshot in guest.snapshots or ()
            if snapshot.at is not None and snapshot.at < analysis.cluster.asked_at - _LONG_S
        ]
        if old:
            oldest_at, oldest = min(old)
            yield Finding(
                subject=guest.key,
                details={
                    "vmid": guest.vmid,
                    "name": guest.name,
                    "node": guest.node,
                    "count": len(old),
                    "oldest": oldest,
                    "oldest_at": oldest_at,
                },
            )


GUEST_SNAPSHOT_OLD = Rule(
    code="guest-snapshot-old",
    severity=Severity.NOTICE,
    component="guest",
    message="Guest {vmid} ({name}) on {node} keeps snapshots that are older than 30 days: {count}, the oldest {oldest} "
    "of {oldest_at}. They lie on the guest’s own storage, no backup holds them, and they grow with every write.",
    remedy="If it is no longer needed, remove it under {vmid} > Snapshots. If it stands in for a backup, make a backup "
    "first.",
    find=_find,
)
