"""Guests on which Proxmox VE's own list of guests without a backup job says something else."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Reason, Verdict

_COVERED = (Verdict.COVERED, Verdict.PARTIAL)


def _find(analysis: Analysis) -> Iterator[Finding]:
    theirs = analysis.cluster.not_backed_up
    if theirs is None:
        return
    groups: dict[tuple[bool, Reason], list[int]] = {}
    for verdict in analysis.guests:
        listed = verdict.guest.vmid in theirs
        if verdict.verdict is Verdict.UNCOVERED and not listed:
            groups.setdefault((listed, verdict.reason), []).append(verdict.guest.vmid)
        elif verdict.verdict in _COVERED and listed:
            groups.setdefault((listed, Reason.SELECTED_BY_JOB), []).append(verdict.guest.vmid)
    for (listed, reason), vmids in groups.items():
        yield Finding(
            subject="api//cluster/backup-info/not-backed-up",
            details={"reason": str(reason), "listed": listed, "vmids": tuple(vmids)},
        )


PVE_LIST_DISAGREES = Rule(
    code="pve-list-disagrees",
    severity=Severity.INFO,
    component="coverage",
    message="This report and Proxmox VE’s own list of guests without a backup job disagree on {vmids}: {reason}. On "
    "Proxmox VE’s list: {listed}.",
    remedy="Nothing is to be done about the list itself: it counts disabled jobs, jobs that never run and jobs whose "
    "storage is gone. See pve-backup-report --explain for one of these guests.",
    find=_find,
)
