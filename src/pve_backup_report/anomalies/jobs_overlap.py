"""Two jobs that are due on the same node while the other one usually still runs."""

from collections.abc import Iterator, Mapping

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.storage_use import StorageUse, storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_LOCK_WAIT_S = 10800  # vzdump gives up waiting for the node's other vzdump after three hours


def _find(analysis: Analysis) -> Iterator[Finding]:
    """Tell each job that has to wait once, with the job that it waits longest for: there can be thousands of pairs."""
    calendar = Calendar.of(analysis.cluster)
    uses = [(use, _durations(use)) for use in storage_uses(analysis)]
    for second, _ in uses:
        rivals = [
            (first, waits)
            for first, durations in uses
            if first is not second and first.storage.id == second.storage.id
            if (waits := dict(_waits(first, durations, second, calendar)))
        ]
        if rivals:
            first, waits = max(rivals, key=lambda rival: max(rival[1].values()))
            longest = max(waits.values())
            yield Finding(
                subject=f"job/{second.job.id}",
                details={
                    "job": second.job.id,
                    "other": first.job.id,
                    "storage": first.storage.id,
                    "nodes": tuple(waits),
                    "wait_s": longest,
                },
                severity=Severity.WARNING if longest > _LOCK_WAIT_S else None,
            )


def _waits(
    first: StorageUse, durations: Mapping[str, int], second: StorageUse, calendar: Calendar
) -> Iterator[tuple[str, int]]:
    """Yield the nodes on which ``second`` is next due while ``first`` usually still runs, and for how many seconds."""
    for node in second.nodes:
        due = calendar.next_due(second.job, node) if node in durations else None
        if due is None:
            continue
        started = calendar.last_due(first.job, node, due)
        if started is None or (started == due and first.job.id > second.job.id):
            continue  # of two that are due at once, the wait is told once
        wait = started + durations[node] - due
        if wait > 0:
            yield node, wait


def _durations(use: StorageUse) -> Mapping[str, int]:
    """Return how long a run usually takes, in seconds by node, where that is known of every guest."""
    found: dict[str, int] = {}
    for node in use.nodes:
        usual = [verdict.usual_duration_s for verdict in use.guests if verdict.guest.node == node]
        known = [seconds for seconds in usual if seconds is not None]
        if len(known) == len(usual):
            found[node] = sum(known)
    return found


JOBS_OVERLAP = Rule(
    code="jobs-overlap",
    severity=Severity.INFO,
    component="job",
    message="Backup job {job} is next due on {nodes} while backup job {other} usually still runs there; both write "
    "to storage {storage}. It waits about {wait_s}, and by default gives up after three hours.",
    remedy="Move one of the two schedules under Datacenter > Backup > Edit, so that the first has ended.",
    find=_find,
)
