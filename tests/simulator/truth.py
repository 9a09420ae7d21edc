"""What is so in a world, guest by guest, told with full knowledge and without the reporter's code."""

from dataclasses import dataclass

from simulator.configs import Volume, volumes
from simulator.effects import storage_fault, target
from simulator.parts import Guest, Job, Node, Storage, zone
from simulator.records import Archive, GuestRun, Task
from simulator.schedule import last_until, next_after
from simulator.selection import Lookup, PoolMissingError, candidates, option_conflict, vmids
from simulator.world import World

ALWAYS_FAILS = "job-always-fails"
"""The code for a job whose every run dies of its options; the contract names none."""

NEARNESS = (
    "storage-missing",
    "storage-disabled",
    "storage-without-backup-content",
    "storage-not-on-node",
    ALWAYS_FAILS,
    "job-pool-missing",
    "job-on-other-node",
    "job-never-fires",
    "job-disabled",
    "excluded",
    "no-job",
)
"""Reasons of an uncovered guest, the one nearest to being covered first."""


@dataclass(frozen=True, slots=True)
class JobTruth:
    """What a job means to a guest. `selects`: as Proxmox would, the run rule for a lone `exclude` included.

    `faults` are all the reasons why the guest is not covered by it, the one nearest to being covered first.
    """

    id: str
    selects: bool
    faults: tuple[str, ...]

    @property
    def why_not(self) -> str | None:
        """The nearest fault; None: the job is effective."""
        return self.faults[0] if self.faults else None


@dataclass(frozen=True, slots=True)
class GuestTruth:
    """One guest. Times are epochs; `attempts` are its runs in all tasks of the world, newest first.

    `archives` are all that exist, newest first; `reachable` those that some enabled storage shows on a node that is
    up. `seen_attempts` are those whose task is listed on such a node, with its log.
    """

    vmid: int
    jobs: tuple[JobTruth, ...]
    volumes: tuple[Volume, ...]
    verdict: str
    reason: str
    reasons: tuple[str, ...]
    last_due: int | None
    next_due: int | None
    archives: tuple[Archive, ...]
    reachable: tuple[Archive, ...]
    attempts: tuple[GuestRun, ...]
    seen_attempts: tuple[GuestRun, ...]

    @property
    def selected_by(self) -> tuple[str, ...]:
        """Ids of the jobs that select the guest, effective or not."""
        return tuple(job.id for job in self.jobs if job.selects)

    @property
    def effective(self) -> tuple[str, ...]:
        """Ids of the effective jobs."""
        return tuple(job.id for job in self.jobs if job.selects and job.why_not is None)

    @property
    def newest_good(self) -> Archive | None:
        """The newest reachable archive that is finished and has not failed verification."""
        return next((archive for archive in self.reachable if archive.good), None)

    @property
    def newest_success(self) -> GuestRun | None:
        """The newest run that a task log calls finished, whether or not the log can be read today."""
        return next((run for run in self.attempts if run.outcome == "ok"), None)

    @property
    def last_attempt(self) -> GuestRun | None:
        """The newest run of any outcome."""
        return self.attempts[0] if self.attempts else None


@dataclass(frozen=True, slots=True)
class Truth:
    """A world's truth: its guests by vmid, and the existing guests each job selects (None: its pool is missing)."""

    guests: dict[int, GuestTruth]
    jobs: dict[str, tuple[int, ...] | None]

    @classmethod
    def of(cls, world: World) -> "Truth":
        """Work it out."""
        judge = _Judge(world)
        guests = {guest.vmid: judge.guest(guest) for guest in judge.lookup.guests.values()}
        jobs: dict[str, tuple[int, ...] | None] = {}
        for job in world.jobs:
            known = judge.taken[job.id] is not None
            chosen = tuple(vmid for vmid, guest in judge.lookup.guests.items() if judge.selects(job, guest))
            jobs[job.id] = chosen if known else None
        return cls(guests, jobs)


class _Judge:
    """The parts of a world, laid out for judging guest after guest."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lookup = Lookup(world)
        self.nodes: dict[str, Node] = {node.name: node for node in world.nodes}
        self.storages: dict[str, Storage] = {storage.id: storage for storage in world.storages}
        self.taken: dict[str, frozenset[int] | None] = {job.id: self._taken(job) for job in world.jobs}
        self.archives: dict[int, list[Archive]] = {}
        for archive in sorted(world.archives, key=lambda archive: archive.ctime, reverse=True):
            self.archives.setdefault(archive.vmid or 0, []).append(archive)
        self.open = {
            storage.place(node.name)
            for storage in world.storages
            for node in world.nodes
            if node.online and "backup" in storage.content and storage.works_on(node.name)
        }
        self.attempts: dict[int, list[tuple[GuestRun, bool]]] = {}
        for task in world.tasks:
            for run in task.runs:
                self.attempts.setdefault(run.vmid, []).append((run, self._readable(task)))
        for runs in self.attempts.values():
            runs.sort(key=lambda pair: pair[0].start, reverse=True)

    def _taken(self, job: Job) -> frozenset[int] | None:
        try:
            return frozenset(candidates(self.lookup, job, at_run=True))
        except PoolMissingError:
            return None

    def _readable(self, task: Task) -> bool:
        node = self.nodes.get(task.node)
        if node is None or not node.online or task.log_gone:
            return False
        return task.endtime is None or task.endtime >= node.history_since

    def selects(self, job: Job, guest: Guest) -> bool:
        """Whether the job takes the guest where it is now."""
        taken = self.taken[job.id]
        return taken is not None and guest.vmid in taken and job.node in {None, guest.node}

    def faults(self, job: Job, guest: Guest) -> tuple[str, ...]:
        """What keeps a job that selects the guest from ever backing it up, the nearest to being covered first."""
        node = self.nodes[guest.node]
        found = {storage_fault(target(job, node, self.storages), node.name)}
        if option_conflict(job) is not None:
            found.add(ALWAYS_FAILS)
        if next_after(job.schedule, zone(node.timezone), self.world.now) is None:
            found.add("job-never-fires")
        if not job.enabled:
            found.add("job-disabled")
        return tuple(code for code in NEARNESS if code in found)

    def about(self, job: Job, guest: Guest) -> JobTruth | None:
        """What the job means to the guest; None: nothing at all.

        A job whose pool is missing might mean any guest that is in no other pool.
        """
        taken = self.taken[job.id]
        if self.selects(job, guest):
            return JobTruth(job.id, selects=True, faults=self.faults(job, guest))
        why = None
        if taken is None:
            why = "job-pool-missing" if guest.vmid not in self.lookup.pool_of else None
        elif guest.vmid in taken:
            why = "job-on-other-node"
        elif not job.pool and not job.vmid and guest.vmid in vmids(job.exclude):
            why = "excluded"
        return None if why is None else JobTruth(job.id, selects=False, faults=(why,))

    def guest(self, guest: Guest) -> GuestTruth:
        """Judge one guest."""
        about = [(job, said) for job in self.world.jobs if (said := self.about(job, guest)) is not None]
        effective = [job for job, said in about if said.selects and said.why_not is None]
        seen = volumes(guest)
        faults = {fault for _, said in about for fault in said.faults} if not effective else set()
        reasons = tuple(code for code in NEARNESS if code in faults)
        if effective:
            partial = any(volume.counts and not volume.included for volume in seen)
            reasons = ("volume-left-out",) if partial else ("selected-by-job",)
        where = zone(self.nodes[guest.node].timezone)
        dues = [last_until(job.schedule, where, self.world.now) for job in effective]
        nexts = [next_after(job.schedule, where, self.world.now) for job in effective]
        archives = self.archives.get(guest.vmid, [])
        attempts = self.attempts.get(guest.vmid, [])
        return GuestTruth(
            vmid=guest.vmid,
            jobs=tuple(said for _, said in about),
            volumes=seen,
            verdict=("partial" if "volume-left-out" in reasons else "covered") if effective else "uncovered",
            reason=reasons[0] if reasons else "no-job",
            reasons=reasons or ("no-job",),
            last_due=max((due for due in dues if due is not None), default=None),
            next_due=min((due for due in nexts if due is not None), default=None),
            archives=tuple(archives),
            reachable=tuple(archive for archive in archives if archive.place in self.open),
            attempts=tuple(run for run, _ in attempts),
            seen_attempts=tuple(run for run, readable in attempts if readable),
        )
