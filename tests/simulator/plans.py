"""The runs of a simulated past before they happen: when, on which node, for which ids."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.effects import Target, target
from simulator.parts import Guest, Job, Node, zone
from simulator.records import Task
from simulator.schedule import between
from simulator.selection import Lookup, PoolMissingError, candidates, option_conflict
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Plan:
    """A run about to happen. `job` is the one that starts it, or the options of a backup by hand."""

    epoch: int
    node: Node
    ids: tuple[int, ...]
    external: tuple[int, ...]
    argv: str
    target: Target
    job: Job
    user: str = "root@pam"
    scheduled: bool = True


def _argv(job: Job, dice: random.Random) -> str:
    """The command line of a job, without its id; Perl's options come in any order."""
    pairs = (
        ("storage", job.storage),
        ("dumpdir", job.dumpdir),
        ("mode", job.mode),
        ("compress", job.compress),
        ("pool", job.pool),
        ("node", job.node),
        ("exclude", job.exclude),
        ("notes-template", job.notes_template and f"'{job.notes_template}'"),
        ("quiet", "1"),
    )
    options = [f"--{key} {value}" for key, value in pairs if value is not None]
    if job.all or (job.exclude is not None and not job.pool and not job.vmid):
        options.append("--all 1")
    dice.shuffle(options)
    ids = [] if job.pool else (job.vmid or "").replace(",", " ").replace(";", " ").split()
    return " ".join(["vzdump", *ids, *options])


class Planner:
    """Who was where when, and what each node's scheduler made of the jobs."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world = world
        self.dice = dice
        self.lookup = Lookup(world)
        self._gone: dict[int, Guest] = {guest.vmid: guest for guest in world.deleted}
        self._storages = {storage.id: storage for storage in world.storages}

    def guest_at(self, vmid: int, epoch: int) -> Guest | None:
        """The guest of that id at that time, a deleted one included."""
        for guest in (self.lookup.guests.get(vmid), self._gone.get(vmid)):
            if guest is not None and guest.exists_at(epoch):
                return guest
        return None

    def scheduled(self, start: int) -> Iterator[Plan]:
        """Every run of every job since an epoch: each node runs each job by its own clock (pve-manager Jobs.pm).

        A job with a missing pool, or with options that conflict, dies before it makes a task.
        """
        for job in self.world.jobs:
            if option_conflict(job) is not None:
                continue
            try:
                ids = candidates(self.lookup, job, at_run=True)
            except PoolMissingError:
                continue
            for node in self.world.nodes:
                if job.node not in {None, node.name}:
                    continue
                for event in between(job.schedule, zone(node.timezone), start, self.world.now):
                    epoch = event + self.dice.randint(1, 9)
                    if epoch <= self.world.now and job.ran_at(epoch) and node.is_up(epoch):
                        yield from self._plan(job, node, epoch, ids)

    def _plan(self, job: Job, node: Node, epoch: int, ids: list[int]) -> Iterator[Plan]:
        """One run, if it makes a task: ids without a guest belong to every node that runs the job."""
        by_all = not job.pool and not job.vmid
        here, elsewhere = [], []
        for vmid in sorted({*ids, *self._gone}) if by_all else ids:
            guest = self.guest_at(vmid, epoch)
            if guest is None:
                if not by_all and vmid not in self.lookup.guests:
                    here.append(vmid)  # an id of today's guests was not in the list before there was one
            elif guest.node_at(epoch) == node.name:
                here.append(vmid)
            elif job.node is None:
                elsewhere.append(vmid)
        if here or by_all:
            where = target(job, node, self._storages)
            yield Plan(epoch, node, tuple(here), tuple(elsewhere), _argv(job, self.dice), where, job)

    def by_hand(self, start: int, count: int) -> Iterator[Plan]:
        """Backups of single guests that somebody started."""
        dice = self.dice
        usable = [storage for storage in self.world.storages if storage.holds_backups and not storage.disable]
        guests = list(self.lookup.guests.values())
        for _ in range(count if usable and guests else 0):
            guest, storage, epoch = dice.choice(guests), dice.choice(usable), dice.randrange(start, self.world.now)
            node = next(node for node in self.world.nodes if node.name == guest.node)
            if not (guest.exists_at(epoch) and guest.node_at(epoch) == guest.node and node.is_up(epoch)):
                continue
            argv = f"vzdump {guest.vmid} --storage {storage.id} --mode snapshot --node {node.name} --remove 0"
            job = Job("", compress="zstd", storage=storage.id, prune=(("keep-all", 1),))
            user = dice.choice(("root@pam", "alice@pve", "backup@pve!cron"))
            where = Target(storage.id, storage)
            yield Plan(epoch, node, (guest.vmid,), (), argv, where, job, user, scheduled=False)

    def noise(self, start: int, per_node: int) -> Iterator[Task]:
        """Tasks of other types, which share the same lists."""
        for node in self.world.nodes:
            for number in range(per_node):
                epoch = self.dice.randrange(start, self.world.now)
                if node.is_up(epoch):
                    kind, name = self.dice.choice((("aptupdate", ""), ("qmstart", "100")))
                    lines = ("TASK OK",)
                    yield Task(node.name, epoch, epoch + 2, number + 1, epoch & 0xFFFFFFF, name, type=kind, lines=lines)
