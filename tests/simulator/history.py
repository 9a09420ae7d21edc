"""The past of a world: every job's runs over some days, with all that goes wrong, and the backups they left."""

import random
from dataclasses import replace

from simulator.archives import file_name, snapshot_path, volid
from simulator.chaos import Chaos
from simulator.effects import offline_text, setup_error
from simulator.parts import Guest, Job, Storage, zone
from simulator.plans import Plan, Planner
from simulator.records import Archive, GuestRun, Task
from simulator.world import World

_DAY = 86_400
_LOCK_WAIT = 180 * 60
_FAILURES = (
    "VM {vmid} qmp command 'backup' failed - backup connect failed: command error: http request timed out",
    "job failed with err -28 - No space left on device",
    "job failed with err -5 - Input/output error",
    "command 'set -o pipefail && lxc-usernsexec …' failed: exit code 2",
)
_ENDINGS = {"gzip": ".gz", "lzo": ".lzo", "zstd": ".zst", "1": ".lzo"}
_Group = tuple[str, int, str]


def _retention(job: Job, storage: Storage | None) -> str:
    """The job's own, else the storage's (VZDump.pm new)."""
    if job.prune:
        return ",".join(f"{key}={value}" for key, value in job.prune)
    return (storage.prune or "") if storage else ""


def _group(archive: Archive) -> _Group:
    return (archive.place, archive.vmid or 0, archive.type)


class _Past:
    """The walk through the runs: it collects the tasks, and the archives that are there at its end."""

    def __init__(self, planner: Planner, chaos: Chaos) -> None:
        self.planner = planner
        self.now = planner.world.now
        self.dice = planner.dice
        self.chaos = chaos
        self.tasks: list[Task] = []
        self.kept: dict[_Group, list[Archive]] = {}
        for archive in planner.world.archives:
            self.keep(archive)
        self.pid = 0x1000
        self.busy: dict[str, int] = {}

    def run(self, plan: Plan) -> None:
        """Carry one plan out: a task, its guests' runs, their archives."""
        dice, chaos = self.dice, self.chaos
        self.pid += dice.randint(1, 40)
        storage = plan.target.storage
        task = Task(
            node=plan.node.name,
            starttime=plan.epoch,
            endtime=plan.epoch,
            pid=self.pid,
            pstart=(plan.epoch - 1_600_000_000) & 0xFFFFFFFF,
            id=str(plan.ids[0]) if len(plan.ids) == 1 else "",
            user=plan.user,
            argv=plan.argv,
            external=plan.external,
            storage=plan.target.name,
            pbs=storage is not None and storage.is_pbs,
            mode=plan.job.mode or "snapshot",
            retention=_retention(plan.job, storage),
            notes=plan.job.notes_template is not None,
            protects=bool(plan.job.protected),
            job=plan.job.id if plan.scheduled else None,
        )
        error = setup_error(plan.target, plan.node.name)
        if error is None and storage is not None:
            down = plan.epoch > self.now - 2 * _DAY and not storage.works_on(plan.node.name)
            if down or dice.random() < chaos.setup_fails:
                error = f"could not activate storage '{storage.id}': {offline_text(storage)}"
        if error is not None:
            self.tasks.append(replace(task, shape="setup", status=error))
        else:
            self.tasks.append(self.locked(plan, task))

    def locked(self, plan: Plan, task: Task) -> Task:
        """Wait for the node's one lock, then work; who waits too long just ends (VZDump.pm getlock)."""
        node, clock = plan.node.name, max(plan.epoch, self.busy.get(plan.node.name, 0))
        if self.dice.random() < self.chaos.lock_timeout or clock > plan.epoch + _LOCK_WAIT:
            clock = plan.epoch + _LOCK_WAIT
            if clock <= self.now:
                return replace(task, shape="lock", status="unexpected status", endtime=clock)
        task = replace(task, waited=clock > plan.epoch)
        if clock > self.now:
            return replace(task, shape="running", status=None, endtime=None)
        task = self.work(plan, task, clock)
        self.busy[node] = self.now + 1 if task.endtime is None else task.endtime
        return task

    def work(self, plan: Plan, task: Task, clock: int) -> Task:
        """Back up one guest after the other, until the end, a cut, or now."""
        dice = self.dice
        runs: list[GuestRun] = []
        killed, stopped = dice.random() < self.chaos.killed, dice.random() < self.chaos.interrupted
        cut_at = dice.randrange(len(plan.ids)) if plan.ids and (killed or stopped) else None
        for number, vmid in enumerate(plan.ids):
            run = self.back_up(plan, task, vmid, clock, aborted=number == cut_at)
            runs.append(run)
            if run.outcome == "running":
                return replace(task, shape="running", status=None, endtime=None, runs=tuple(runs))
            clock = run.end
            if run.outcome == "aborted" and killed:
                return replace(task, shape="killed", status="unexpected status", endtime=clock, runs=tuple(runs))
            if run.outcome == "aborted":
                status = "interrupted by signal"
                return replace(task, shape="interrupted", status=status, endtime=clock, runs=tuple(runs))
        warned = sum(bool(run.warning) for run in runs)
        status = f"WARNINGS: {warned}" if warned else "OK"
        if any(run.outcome != "ok" for run in runs):
            status = "job errors"
        return replace(task, status=status, endtime=clock, runs=tuple(runs))

    def back_up(self, plan: Plan, task: Task, vmid: int, clock: int, *, aborted: bool) -> GuestRun:
        """One guest of one run."""
        dice, chaos = self.dice, self.chaos
        guest = self.planner.guest_at(vmid, clock)
        if guest is None:
            return GuestRun(vmid, None, "failed", clock, clock, f"unable to find VM '{vmid}'", stage="before")
        archive = self.archive(plan, guest, clock)
        path = snapshot_path(guest.type, vmid, clock)
        if archive.filename is not None:
            storage = plan.target.storage
            path = f"{plan.target.dumpdir or (storage.dump_path() if storage else '')}/{archive.filename}"
        end, seed = clock + dice.randint(20, 400), dice.getrandbits(32)
        run = GuestRun(vmid, guest, "ok", clock, end, target=path, size=archive.size, seed=seed)
        if aborted or end > self.now:
            if task.pbs:
                self.keep(replace(archive, finished=False, size=1, notes=None, protected=False))
            return replace(run, outcome="running" if end > self.now else "aborted", end=min(end, self.now))
        mishap = self.mishap(run, guest)
        if mishap is not None:
            return mishap
        if plan.target.storage is not None:
            self.keep(archive)
        if task.retention and dice.random() < chaos.prune_fails:
            error = f"prune '{path}': proxmox-backup-client failed" if task.pbs else "error pruning backups - check log"
            return replace(run, outcome="failed", stage="prune", error=error)
        warning = "unable to add notes - permission denied" if dice.random() < chaos.warns else ""
        return replace(run, warning=warning, pruned=self.prune(task.retention, archive, plan.target.storage))

    def mishap(self, run: GuestRun, guest: Guest) -> GuestRun | None:
        """The run as it fails without an archive; None: it does not."""
        dice, chaos = self.dice, self.chaos
        if dice.random() < chaos.guest_locked:
            kind = "VM" if guest.type == "qemu" else "CT"
            return replace(run, outcome="failed", end=run.start, error=f"{kind} is locked (snapshot)", stage="lock")
        if dice.random() < chaos.limit_reached:
            error = "There is a max backup limit of 3 enforced by the target storage or the vzdump parameters."
            return replace(run, outcome="failed", end=run.start, error=error, stage="before")
        if dice.random() < chaos.guest_fails:
            return replace(run, outcome="failed", error=dice.choice(_FAILURES).format(vmid=run.vmid))
        return None

    def archive(self, plan: Plan, guest: Guest, ctime: int) -> Archive:
        """The archive a run would make."""
        storage, job = plan.target.storage, plan.job
        pbs = storage is not None and storage.is_pbs
        ending = ("vma" if guest.type == "qemu" else "tar") + _ENDINGS.get(job.compress or "0", "")
        name = None if pbs else file_name(guest.type, guest.vmid, ctime, zone(plan.node.timezone), ending)
        return Archive(
            place=storage.place(plan.node.name) if storage else "",
            vmid=guest.vmid,
            type=guest.type,
            ctime=ctime,
            size=_usual_mib(guest.vmid) + self.dice.randint(-40, 40) << 20,
            filename=name,
            notes=(guest.name or f"VM {guest.vmid}") if job.notes_template else None,
            protected=bool(job.protected) or self.dice.random() < self.chaos.protects,
            encrypted=storage.encryption if storage and pbs else None,
        )

    def keep(self, archive: Archive) -> None:
        """Put an archive down where it belongs."""
        self.kept.setdefault(_group(archive), []).append(archive)

    def prune(self, retention: str, newest: Archive, storage: Storage | None) -> tuple[str, ...]:
        """Remove what the retention does not keep, counted simply; protected ones stay. The ids of what went."""
        if storage is None or not retention or "keep-all" in retention:
            return ()
        keep = sum(int(part.partition("=")[2]) for part in retention.split(","))
        group = self.kept[_group(newest)]
        free = [archive for archive in group if archive.finished and not archive.protected]
        doomed = free[:-keep] if keep < len(free) else []
        for archive in doomed:
            group.remove(archive)
        return tuple(volid(archive, storage) for archive in doomed)

    def left(self) -> tuple[Archive, ...]:
        """What time did to the archives: older ones on PBS were verified, some files were removed by hand."""
        left: list[Archive] = []
        for archive in (archive for group in self.kept.values() for archive in group):
            if archive.filename is not None:
                if self.dice.random() >= self.chaos.archive_removed:
                    left.append(archive)
            elif archive.finished and archive.ctime < self.now - _DAY and self.dice.random() < self.chaos.verified:
                bad = self.dice.random() < self.chaos.verify_fails
                left.append(replace(archive, verification="failed" if bad else "ok"))
            else:
                left.append(archive)
        return tuple(sorted(left, key=lambda archive: (archive.ctime, archive.vmid or 0)))


def run_history(world: World, days: int, dice: random.Random, chaos: Chaos | None = None) -> World:
    """The same world with the tasks and archives of its last days; `chaos` says how often things go wrong."""
    chances = chaos or Chaos()
    planner = Planner(world, dice)
    past = _Past(planner, chances)
    start = world.now - days * _DAY
    plans = [*planner.scheduled(start), *planner.by_hand(start, int(days * chances.manual_per_day))]
    for plan in sorted(plans, key=lambda plan: plan.epoch):
        past.run(plan)
    tasks = [*world.tasks, *past.tasks, *planner.noise(start, int(days * chances.noise_per_day))]
    if chances.log_gone:
        ended = [task.endtime is not None and dice.random() < chances.log_gone for task in tasks]
        tasks = [replace(task, log_gone=True) if gone else task for task, gone in zip(tasks, ended, strict=True)]
    return replace(world, tasks=tuple(tasks), archives=past.left())


def _usual_mib(vmid: int) -> int:
    """What a guest's archives weigh, more or less: each guest has its own size, and keeps it."""
    return 300 + vmid * 7919 % 8700
