"""A guest whose newest good backup is older than its schedule allows."""

from collections.abc import Iterator

from pve_backup_report.anomalies.newest_failure import Failure, newest_failures
from pve_backup_report.anomalies.node_runs_no_backups import idle_nodes
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.anomalies.run_failed_before_guests import failed_setups
from pve_backup_report.coverage.freshness import GRACE_S
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Freshness


def _find(analysis: Analysis) -> Iterator[Finding]:
    explained = _told_with_their_cause(analysis)
    for verdict in analysis.guests:
        guest, success = verdict.guest, verdict.last_success
        if verdict.freshness is not Freshness.LATE or guest.vmid in explained:
            continue
        yield Finding(
            subject=guest.key,
            details={
                "vmid": guest.vmid,
                "name": guest.name,
                "node": guest.node,
                "last_good_at": None if success is None else success.at,
                "last_due": verdict.judged_due,
                "jobs": tuple(match.job for match in verdict.jobs if match.effective),
            },
        )


def _told_with_their_cause(analysis: Analysis) -> set[int]:
    """Return the guests of which another rule tells why they are late: a failed run, a silent or an offline node."""
    offline = {node.name for node in analysis.cluster.nodes if node.online is False}
    told = {verdict.guest.vmid for verdict in analysis.guests if verdict.guest.node in offline}
    told.update(vmid for vmid, failure in newest_failures(analysis).items() if _explains(failure, analysis))
    for failed in failed_setups(analysis):
        told.update(failed.late)
    for idle in idle_nodes(analysis):
        told.update(verdict.guest.vmid for verdict in idle.late)
    return told


def _explains(failure: Failure, analysis: Analysis) -> bool:
    """Whether the failed attempt is the one that was due: not an older one, after which nothing was tried any more."""
    due = failure.verdict.last_due
    if failure.archived or due is None:
        return False
    return failure.run.at >= due or due > analysis.cluster.asked_at - GRACE_S


BACKUP_LATE = Rule(
    code="backup-late",
    severity=Severity.WARNING,
    component="evidence",
    message="The newest good backup of guest {vmid} ({name}) on {node} is of {last_good_at}, which is older than the "
    "schedule of {jobs} allows. It was due: {last_due}.",
    remedy="See with pve-backup-report --explain {vmid} what happened at that time. If the job ran without the guest, "
    "look at its task log under {node} > Task History; then back the guest up under {vmid} > Backup > Backup now.",
    find=_find,
)
