"""Two jobs that are due on the same node while the other one usually still runs."""

from collections.abc import Iterator, Mapping, Sequence

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.running_until import Lasting, RunningUntil
from pve_backup_report.coverage.storage_use import StorageUse, storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_LOCK_WAIT_S = 10800  # vzdump gives up waiting for the node's other vzdump after three hours


def _find(analysis: Analysis) -> Iterator[Finding]:
    """Tell each job that has to wait once, with the job that it waits longest for: there can be thousands of pairs."""
    calendar = Calendar.of(analysis.cluster)
    by_storage: dict[str, list[StorageUse]] = {}
    uses = storage_uses(analysis)
    for use in uses:
        by_storage.setdefault(use.storage.id, []).append(use)
    found = {name: _Meetings(together, calendar) for name, together in by_storage.items()}
    for second in uses:
        longest = found[second.storage.id].longest(second)
        if longest is None:
            continue
        first, waits = longest
        wait_s = max(waits.values())
        yield Finding(
            subject=f"job/{second.job.id}",
            details={
                "job": second.job.id,
                "other": first.job.id,
                "storage": first.storage.id,
                "nodes": tuple(waits),
                "wait_s": wait_s,
            },
            severity=Severity.WARNING if wait_s > _LOCK_WAIT_S else None,
        )


class _Meetings:
    """The jobs that write to one storage, node by node."""

    def __init__(self, uses: Sequence[StorageUse], calendar: Calendar) -> None:
        self._uses = uses
        self._places = {use.job.id: place for place, use in enumerate(uses)}
        self._calendar = calendar
        self._durations = [_durations(use) for use in uses]
        jobs: dict[str, list[Lasting]] = {}
        dues: dict[str, list[int]] = {}
        for place, use in enumerate(uses):
            for node, seconds in self._durations[place].items():
                jobs.setdefault(node, []).append(Lasting(place, use.job, seconds))
            for node in use.nodes:
                due = calendar.next_due(use.job, node)
                if due is not None:
                    dues.setdefault(node, []).append(due)
        self._running = {node: RunningUntil(node, jobs[node], dues.get(node, ()), calendar) for node in jobs}

    def longest(self, second: StorageUse) -> tuple[StorageUse, dict[str, int]] | None:
        """Return the job that another one waits longest for, and for how many seconds on each node; None for none."""
        own = self._places[second.job.id]
        found, nodes = [], second.nodes
        for node, running in self._running.items():
            due = self._calendar.next_due(second.job, node) if node in nodes else None
            last = None if due is None else running.last_at(due, second.job, own)
            if due is not None and last is not None and last[0] > due:
                found.append((due - last[0], last[1]))
        if not found:
            return None
        _, place = min(found)
        return self._uses[place], dict(_waits(self._uses[place], self._durations[place], second, self._calendar))


def _waits(
    first: StorageUse, durations: Mapping[str, int], second: StorageUse, calendar: Calendar
) -> Iterator[tuple[str, int]]:
    """Yield the nodes on which ``second`` is next due while ``first`` usually still runs, and for how many seconds."""
    for node in second.nodes:
        due = calendar.next_due(second.job, node) if node in durations else None
        if due is None:
            continue
        # of two that are due at once, the wait is told once
        started = calendar.last_due(first.job, node, due if first.job.id < second.job.id else due - 1)
        if started is None:
            continue
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
