"""A guest whose last backup took much longer than it usually does."""

from collections.abc import Iterator
from statistics import median

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.task import Run, RunResult
from pve_backup_report.model.verdict import GuestVerdict

_EARLIER_RUNS = 5
_TIMES = 3
_WORTH_TELLING_S = 600  # below that, three times as long is nothing to look at


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        runs = [run for run in verdict.runs if run.result is RunResult.OK and run.duration_s is not None]
        if not runs:
            continue
        newest, earlier = runs[0], _comparable(runs)
        took = newest.duration_s or 0
        if len(earlier) < _EARLIER_RUNS or took < _WORTH_TELLING_S:
            continue
        usual = int(median(earlier))
        if took > _TIMES * usual:
            yield Finding(subject=verdict.guest.key, details=_details(verdict, newest, took, usual))


def _comparable(runs: list[Run]) -> list[int]:
    """Return the durations of the runs before the newest, of those that are not known to go to another storage."""
    storage = runs[0].storage
    same = [run for run in runs[1:] if storage is None or run.storage in (None, storage)]
    return [run.duration_s for run in same if run.duration_s is not None]


def _details(verdict: GuestVerdict, newest: Run, took: int, usual: int) -> dict[str, str | int | None]:
    guest = verdict.guest
    return {
        "vmid": guest.vmid,
        "name": guest.name,
        "node": newest.node,
        "storage": newest.storage,
        "started_at": newest.at,
        "took_s": took,
        "usual_s": usual,
    }


BACKUP_MUCH_LONGER_THAN_USUAL = Rule(
    code="backup-much-longer-than-usual",
    severity=Severity.NOTICE,
    component="evidence",
    message="The backup of guest {vmid} ({name}) at {started_at} on {node} took {took_s}; it usually takes {usual_s}.",
    remedy="Once is often a restart of the guest, after which everything is read again. If it stays so, look at the "
    "load of the storage and the network, and at other jobs at that time.",
    find=_find,
)
