"""Guests whose newest run is marked failed although its archive is there: pruning or a hook failed."""

from collections.abc import Iterator

from pve_backup_report.anomalies.newest_failure import Failure, newest_failures
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    groups: dict[tuple[str, str | None, str | None], list[Failure]] = {}
    for failure in newest_failures(analysis).values():
        if failure.archived:
            run = failure.run
            groups.setdefault((run.node, run.storage, run.error), []).append(failure)
    for (node, storage, error), group in groups.items():
        yield Finding(
            subject=f"node/{node}",
            details={
                "node": node,
                "storage": storage,
                "error": error,
                "vmids": tuple(failure.verdict.guest.vmid for failure in group),
                "attempt_at": max(failure.run.at for failure in group),
            },
        )


FAILED_AFTER_ARCHIVE = Rule(
    code="failed-after-archive",
    severity=Severity.WARNING,
    component="evidence",
    message="The last backups of {vmids} on {node} are marked failed, yet their archives were written: {error}. "
    "Storage: {storage}. Newest attempt: {attempt_at}.",
    remedy="Read the log of the task under {node} > Task History: pruning older backups or a hook script failed "
    "after the archive was complete. Mend that before the storage fills up.",
    find=_find,
)
