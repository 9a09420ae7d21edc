"""What the retention promises of a guest, held against what is there."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.coverage.retention import kept_by, limits, period_of
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.pbs import JobKind
from pve_backup_report.model.restore_points import PointLine, PolicySource, RestorePoints, RetentionPolicy
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.verdict import JobMatch

Limits = tuple[tuple[tuple[str, int], ...], ...]
"""Options of each policy that removes backups, as ``limits`` gives them."""


class Promises:
    """The retention policies of a cluster, and what they promise of each guest."""

    def __init__(self, cluster: Cluster, calendar: Calendar) -> None:
        """Prepare what all the guests have in common.

        Args:
            cluster: the normalized tape.
            calendar: tells when jobs were due.
        """
        self._calendar = calendar
        self._jobs = {job.id: job for job in cluster.jobs}
        self._storages = {storage.id: storage for storage in cluster.storages}
        self._defaults = {node.name: node.default_retention for node in cluster.nodes}
        self._pruned = {storage.id: tuple(_prune_jobs(storage, cluster)) for storage in cluster.storages}
        self._policies: dict[tuple[str, str, str], tuple[RetentionPolicy, ...]] = {}
        self._active: dict[tuple[tuple[str, ...], str, str], Limits] = {}
        self._whole = {listing.storage: listing for listing in cluster.listings}

    def policies(self, job: Job, storage: Storage, node: str) -> tuple[RetentionPolicy, ...]:
        """Return every policy that removes backups that a job makes on a storage, active or not."""
        key = (job.id, storage.id, node)
        if key not in self._policies:
            self._policies[key] = (*self._of_vzdump(job, storage, node), *self._pruned.get(storage.id, ()))
        return self._policies[key]

    def all_in_use(self, guests: Iterable[tuple[Guest, Iterable[JobMatch]]]) -> tuple[RetentionPolicy, ...]:
        """Return the policies of every job and storage that cover a guest, by storage, each once."""
        found: set[RetentionPolicy] = set()
        for guest, matches in guests:
            for match in matches:
                if match.effective and match.storage in self._storages:
                    storage = self._storages[match.storage or ""]
                    found.update(self.policies(self._jobs[match.job], storage, guest.node))
        return tuple(sorted(found, key=lambda policy: (policy.storage, policy.source, policy.name)))

    def of(
        self, guest: Guest, matches: Iterable[JobMatch], evidence: GuestEvidence, judged: int | None
    ) -> tuple[RestorePoints, ...]:
        """Return the guest's restore points on each storage that a job covers it on, and that was listed in full.

        Args:
            guest: the guest.
            matches: the jobs that select it.
            evidence: its backups.
            judged: epoch of the newest time it was due that can be judged.
        """
        jobs: dict[str, list[Job]] = {}
        for match in matches:
            if match.effective and match.storage is not None:
                jobs.setdefault(match.storage, []).append(self._jobs[match.job])
        found = []
        for name in sorted(jobs):
            listing = self._whole.get(name)
            if name in self._storages and listing is not None and listing.covers(guest.vmid):
                found.append(self._points(guest, self._storages[name], jobs[name], evidence, judged))
        return tuple(found)

    def _of_vzdump(self, job: Job, storage: Storage, node: str) -> Iterable[RetentionPolicy]:
        """Yield the policy that vzdump itself applies after each backup (pve-manager PVE/VZDump.pm ``new``)."""
        told = (
            (PolicySource.JOB, job.id, job.retention),
            (PolicySource.STORAGE, storage.id, storage.retention),
            (PolicySource.NODE, node, self._defaults.get(node)),
        )
        for source, name, keeps in told:
            if keeps is not None:
                yield RetentionPolicy(source, name, None, storage.id, keeps, None, None, None, active=job.remove)
                return

    def _points(
        self, guest: Guest, storage: Storage, jobs: Sequence[Job], evidence: GuestEvidence, judged: int | None
    ) -> RestorePoints:
        name = storage.id
        there = sorted([each.at for each in evidence.good if each.storage == name and not each.renamed])
        active = self._limits(jobs, storage, guest.node)
        if not active or not there or judged is None:
            return RestorePoints(storage.id, (), limited=bool(active))
        zone = self._calendar.zone(guest.node)
        events = self._events(jobs, guest, there[0], judged)
        if not events:  # the schedule of the job that writes here cannot be read
            return RestorePoints(storage.id, (), limited=True)
        lines = []
        for option, points in _promised(events, active, zone, self._calendar.now + 1):
            apart = [at for at, until in points if not _any_between(there, at, until)]
            periods = {period_of(option, at, zone) for at in there} if apart else set()
            missing = tuple(at for at in apart if period_of(option, at, zone) not in periods)
            lines.append(PointLine(option, len(points), len(points) - len(missing), missing))
        return RestorePoints(storage.id, tuple(lines), limited=True)

    def _limits(self, jobs: Sequence[Job], storage: Storage, node: str) -> Limits:
        """Return the options of each policy that removes backups that these jobs make."""
        key = (tuple(job.id for job in jobs), storage.id, node)
        if key not in self._active:
            policies = {policy for job in jobs for policy in self.policies(job, storage, node)}
            told = sorted(limits(policy.keeps) for policy in policies if policy.active)
            self._active[key] = tuple(options for options in told if options)
        return self._active[key]

    def _events(self, jobs: Sequence[Job], guest: Guest, since: int, until: int) -> tuple[int, ...]:
        """Return when the jobs were due from the guest's oldest backup on, oldest first."""
        past = [self._calendar.past_events(job, guest.node, since, until) for job in jobs]
        if len(past) == 1:  # as nearly always: each job's own begin at the one before the oldest backup
            return tuple(reversed(past[0]))
        events = {at for each in past for at in each}
        first = max((at for at in events if at <= since), default=since)
        return tuple(sorted(at for at in events if at >= first))


@lru_cache(maxsize=512)  # guests of one job are promised the same
def _promised(
    events: tuple[int, ...], active: Limits, zone: ZoneInfo, end: int
) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
    """Return what each option promises that promises anything: when it was due, and when it was due again.

    Args:
        events: when the jobs were due, oldest first.
        active: options of each policy that removes backups, as ``limits`` gives them.
        zone: zone of the server that prunes.
        end: epoch that stands for the next time after the last event.
    """
    promised: Mapping[int, str] = {}
    left = tuple(reversed(events))
    for options in active:
        promised = kept_by(left, options, zone)
        left = tuple(sorted(promised, reverse=True))
    following = dict(zip(events, [*events[1:], end], strict=True))
    points: dict[str, list[tuple[int, int]]] = {name: [] for options in active for name, _ in options}
    for at in sorted(promised):
        points[promised[at]].append((at, following[at]))
    return tuple((option, tuple(each)) for option, each in points.items() if each)


def _prune_jobs(storage: Storage, cluster: Cluster) -> Iterable[RetentionPolicy]:
    """Yield the prune jobs of the backup server that is behind a storage."""
    if storage.target is None:
        return
    servers = {f"server={server.name}": server for server in cluster.pbs}
    server = next((servers[part] for part in storage.place if part in servers), None)
    if server is None:
        return
    target = storage.target
    for job in server.jobs:
        if job.kind is JobKind.PRUNE and job.takes_in(target.datastore, target.namespace):
            yield RetentionPolicy(
                PolicySource.PRUNE_JOB, job.id, server.name, storage.id, job.keeps, job.state.schedule, job.namespace,
                job.max_depth, active=job.enabled and job.state.schedule is not None and bool(job.keeps),
            )  # fmt: skip


def _any_between(times: Sequence[int], begin: int, end: int) -> bool:
    place = bisect_left(times, begin)
    return place < len(times) and times[place] < end
