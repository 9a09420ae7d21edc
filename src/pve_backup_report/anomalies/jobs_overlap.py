"""Two jobs that are due on the same node while the other one usually still runs."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.storage_use import StorageUse, storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.job import Job

_LOCK_WAIT_S = 10800  # vzdump gives up waiting for the node's other vzdump after three hours


def _find(analysis: Analysis) -> Iterator[Finding]:
    calendar = Calendar.of(analysis.cluster)
    uses = [(use, _durations(use)) for use in storage_uses(analysis)]
    for (first, durations), (second, there) in permutations(uses, 2):
        if first.storage.id != second.storage.id:
            continue
        waits = dict(_waits(first.job, durations, second.job, there, calendar))
        if waits:
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
    first: Job, durations: Mapping[str, int | None], second: Job, nodes: Iterable[str], calendar: Calendar
) -> Iterator[tuple[str, int]]:
    """Yield the nodes on which ``second`` is next due while ``first`` usually still runs, and for how many seconds."""
    for node in nodes:
        duration, due = durations.get(node), calendar.next_due(second, node)
        if due is None or duration is None:
            continue
        started = calendar.last_due(first, node, due)
        if started is None or (started == due and first.id > second.id):
            continue  # of two that are due at once, the wait is told once
        wait = started + duration - due
        if wait > 0:
            yield node, wait


def _durations(use: StorageUse) -> Mapping[str, int | None]:
    """Return how long a run usually takes, in seconds by node, sorted; None where that is not known of every guest."""
    found: dict[str, int | None] = dict.fromkeys(use.nodes, 0)
    for verdict in use.guests:
        node, usual = verdict.guest.node, verdict.usual_duration_s
        so_far = found[node]
        found[node] = None if so_far is None or usual is None else so_far + usual
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
