"""A guest whose last backup took much longer than it usually does."""

from collections.abc import Iterator
from statistics import median

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.task import RunResult

_EARLIER_RUNS = 5
_TIMES = 3
_WORTH_TELLING_S = 600  # below that, three times as long is nothing to look at


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        timed = (
            (run, run.duration_s) for run in verdict.runs if run.result is RunResult.OK and run.duration_s is not None
        )
        newest, took = next(timed, (None, 0))
        if newest is None or took < _WORTH_TELLING_S:
            continue
        # a run whose log was not needed does not tell where it went
        places = (None, newest.storage)
        earlier = [seconds for run, seconds in timed if newest.storage is None or run.storage in places]
        if len(earlier) < _EARLIER_RUNS:
            continue
        usual = int(median(earlier))
        if took > _TIMES * usual:
            yield Finding(
                subject=verdict.guest.key,
                details={
                    "vmid": newest.vmid,
                    "name": verdict.guest.name,
                    "node": newest.node,
                    "storage": newest.storage,
                    "started_at": newest.at,
                    "took_s": took,
                    "usual_s": usual,
                },
            )


BACKUP_MUCH_LONGER_THAN_USUAL = Rule(
    code="backup-much-longer-than-usual",
    severity=Severity.NOTICE,
    component="evidence",
    message="The backup of guest {vmid} ({name}) at {started_at} on {node} took {took_s}; it usually takes {usual_s}.",
    remedy="Once is often a restart of the guest, after which everything is read again. If it stays so, look at the "
    "load of the storage and the network, and at other jobs at that time.",
    find=_find,
)
