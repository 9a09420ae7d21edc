"""Several guests whose newest backups failed alike: the same task, the same error."""

from collections.abc import Iterator

from pve_backup_report.anomalies.newest_failure import Failure, failures_alike
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_SERIOUS = 3  # failures in a row


def _find(analysis: Analysis) -> Iterator[Finding]:
    for group in failures_alike(analysis):
        run = group[0].run
        in_a_row = max(failure.verdict.failures for failure in group)
        yield Finding(
            subject=f"node/{run.node}",
            details={
                "node": run.node,
                "error": run.error,
                "count": len(group),
                "vmids": tuple(failure.verdict.guest.vmid for failure in group),
                "attempt_at": min(failure.run.at for failure in group),
                "failures": in_a_row,
                "last_good_at": _oldest(group),
                "upid": run.upid,
            },
            severity=Severity.ERROR if in_a_row >= _SERIOUS else None,
        )


def _oldest(group: tuple[Failure, ...]) -> int | None:
    """Return the epoch of the oldest of their last good backups; None when one of them has none."""
    times = [failure.last_good_at for failure in group]
    return min((at for at in times if at is not None), default=None) if None not in times else None


MANY_BACKUPS_FAILED = Rule(
    code="many-backups-failed",
    severity=Severity.WARNING,
    component="evidence",
    message="The last backups of {count} guests on {node}, from {attempt_at} on, failed alike: {error}. Guests: "
    "{vmids}. Failures in a row: {failures}. Oldest of their last good backups: {last_good_at}.",
    remedy="One cause is likely: read the log of that task under {node} > Task History, mend what it names, then run "
    "the job by hand under Datacenter > Backup > Run now.",
    find=_find,
)
