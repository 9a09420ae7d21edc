"""A guest that is backed up without one of its volumes."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        if verdict.verdict is not Verdict.PARTIAL:
            continue
        guest = verdict.guest
        volumes = guest.volumes or ()
        left_out = [volume for volume in volumes if volume.matters and not volume.included]
        held = tuple(volume.key for volume in volumes if volume.included)
        sizes = [volume.size for volume in left_out if volume.size is not None]
        yield Finding(
            subject=guest.key,
            details={
                "vmid": guest.vmid,
                "name": guest.name,
                "node": guest.node,
                "volumes": tuple(volume.key for volume in left_out),
                "size_bytes": sum(sizes) if len(sizes) == len(left_out) else None,
                "held": held,
            },
            severity=None if held else Severity.ERROR,
        )


VOLUME_LEFT_OUT = Rule(
    code="volume-left-out",
    severity=Severity.WARNING,
    component="coverage",
    message="The backups of guest {vmid} ({name}) on {node} leave out {volumes} (size: {size_bytes}). Volumes they "
    "hold: {held}.",
    remedy="Tick Backup on the disk (Hardware > Edit) or on the mount point (Resources > Edit): Proxmox VE leaves "
    "out disks with backup=0 and mount points without backup=1. If it is on purpose, say so in the guest’s notes.",
    find=_find,
)
