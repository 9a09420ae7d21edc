"""Guests with fewer restore points than their retention promises."""

from collections.abc import Iterator, Mapping

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.restore_points import PointLine


def _alike(analysis: Analysis) -> Mapping[tuple[str, PointLine], list[int]]:
    """Return the guests by storage and by what they have and lack there."""
    found: dict[tuple[str, PointLine], list[int]] = {}
    for verdict in analysis.guests:
        for points in verdict.points:
            for line in points.lines:
                if line.missing:
                    found.setdefault((points.storage, line), []).append(verdict.guest.vmid)
    return found


def _find(analysis: Analysis) -> Iterator[Finding]:
    for (storage, line), vmids in _alike(analysis).items():
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "vmids": tuple(vmids),
                "option": line.option,
                "there": line.there,
                "promised": line.promised,
                "missing_at": line.missing,
            },
        )


RETENTION_NOT_KEPT = Rule(
    code="retention-not-kept",
    severity=Severity.INFO,
    component="evidence",
    message="On storage {storage} there are {there} of the {promised} restore points that {option} promises by now. "
    "None for: {missing_at}. Guests: {vmids}.",
    remedy="See with pve-backup-report --explain what happened to one of them at those times: a run that failed, a "
    "node that was down, or backups that were removed by hand. What is missing cannot be made up for.",
    find=_find,
)
