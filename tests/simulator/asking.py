"""One request to the simulated API: what is asked, by whom, and how it is refused."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from simulator.archives import content_item
from simulator.parts import Node, Pool, Storage, zone
from simulator.records import Archive, Task
from simulator.rights import TokenRights
from simulator.schedule import next_after
from simulator.selection import Lookup, PoolMissingError, selected
from simulator.tasklogs import log_lines
from simulator.world import World

JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Response:
    """One HTTP answer. `data` is what lies under that key; `extra` lies beside it (total, message, errors)."""

    status: int
    reason: str
    content_type: str = JSON
    data: object = None
    extra: tuple[tuple[str, object], ...] = ()
    empty: bool = False

    @cached_property
    def body(self) -> str:
        """The text that goes over the wire."""
        return "" if self.empty else json.dumps({"data": self.data, **dict(self.extra)}, separators=(",", ":"))


class RefusalError(Exception):
    """The request ends here, with this status, reason, and perhaps a complaint per parameter."""

    def __init__(self, status: int, reason: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.errors = dict(errors or {})


def bad_parameter(name: str, text: str) -> RefusalError:
    """The refusal of one parameter (pve-common RESTHandler.pm)."""
    return RefusalError(400, "Parameter verification failed.", {name: text})


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer that carries a total beside its data."""

    data: object
    total: int


class Facts:
    """A world, and what every answer looks up in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lookup = Lookup(world)
        self.nodes: dict[str, Node] = {node.name: node for node in world.nodes}
        self.storages: dict[str, Storage] = {storage.id: storage for storage in world.storages}
        self.entry = next((node.name for node in world.nodes if node.online), world.nodes[0].name)
        self._tasks: dict[str, list[Task]] = {node.name: [] for node in world.nodes}
        for task in world.tasks:
            self._tasks.setdefault(task.node, []).append(task)
        for tasks in self._tasks.values():
            tasks.sort(key=lambda task: (task.endtime or task.starttime, task.starttime, task.pid), reverse=True)
        self.by_upid: dict[str, Task] = {task.upid: task for task in world.tasks}
        self._logs: dict[str, tuple[str, ...]] = {}
        self._archives: dict[str, list[Archive]] = {}
        for archive in world.archives:
            self._archives.setdefault(archive.place, []).append(archive)
        self._items: dict[tuple[str, str, str], list[tuple[Archive, dict[str, object]]]] = {}
        self._listing: dict[str, tuple[Pool, ...]] = {}
        for pool in world.pools:
            for member in (*(f"/vms/{vmid}" for vmid in pool.guests), *(f"/storage/{name}" for name in pool.storages)):
                self._listing[member] = (*self._listing.get(member, ()), pool)

    def tasks(self, node: str, *, running: bool) -> list[Task]:
        """A node's tasks, newest first: those that run, or those that ended and were not rotated away."""
        since = self.nodes[node].history_since
        return [
            task
            for task in self._tasks[node]
            if (task.endtime is None if running else task.endtime is not None and task.endtime >= since)
        ]

    def task(self, node: str, upid: str) -> Task | None:
        """The task whose log lies on that node; None when there is no such file (any more)."""
        found = self.by_upid.get(upid)
        if found is None or found.node != node or found.log_gone:
            return None
        kept = found.endtime is None or found.endtime >= self.nodes[node].history_since
        return found if kept else None

    def log(self, task: Task) -> tuple[str, ...]:
        """The lines of a task's log, written once."""
        if task.upid not in self._logs:
            self._logs[task.upid] = log_lines(task, zone(self.nodes[task.node].timezone))
        return self._logs[task.upid]

    def items(self, storage: Storage, node: str) -> list[tuple[Archive, dict[str, object]]]:
        """What lies on a storage as that node lists it, by volume id; worked out once for nodes that see the same."""
        place, clock = storage.place(node), self.nodes[node].timezone
        key = (storage.id, place, "" if storage.is_pbs else clock)
        if key not in self._items:
            both = [(archive, content_item(archive, storage, zone(clock))) for archive in self._archives.get(place, [])]
            found = [(archive, item) for archive, item in both if item is not None]
            self._items[key] = sorted(found, key=lambda pair: str(pair[1]["volid"]))
        return self._items[key]

    def pools_listing(self, path: str) -> tuple[Pool, ...]:
        """The pools that have the object of an access path as a direct member."""
        return self._listing.get(path, ())

    def next_run(self, schedule: str) -> int | None:
        """When the answering node would start a job next."""
        return next_after(schedule, zone(self.nodes[self.entry].timezone), self.world.now)

    def backed_up(self) -> set[int]:
        """Every guest that some job takes, enabled or not (API2/Cluster/BackupInfo.pm)."""
        try:
            return {vmid for job in self.world.jobs for vmid in selected(self.lookup, job)}
        except PoolMissingError as error:
            raise RefusalError(500, str(error)) from error


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the facts, the caller, the named parts of the path, and the query."""

    facts: Facts
    rights: TokenRights
    part: dict[str, str]
    query: dict[str, str]

    @property
    def world(self) -> World:
        """The world that is asked."""
        return self.facts.world

    def may(self, path: str, *privileges: str) -> bool:
        """Whether the caller has one of the privileges on the path."""
        held = self.rights.privileges(path, self.facts.pools_listing(path))
        return any(privilege in held for privilege in privileges)

    def need(self, path: str, *privileges: str) -> None:
        """Refuse (403) a caller who has none of the privileges on the path."""
        if not self.may(path, *privileges):
            raise RefusalError(403, f"Permission check failed ({path}, {'|'.join(privileges)})")

    def number(self, name: str, default: int) -> int:
        """A whole number of the query."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdigit():
            raise bad_parameter(name, f"type check ('integer') failed - got '{text}'")
        return int(text)

    def flag(self, name: str) -> bool:
        """A boolean of the query."""
        return self.query.get(name, "0").lower() in {"1", "on", "yes", "true"}

    @property
    def node(self) -> Node:
        """The node of the path; the door has checked that it exists and answers."""
        return self.facts.nodes[self.part["node"]]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: its path, the parameters it knows, who may enter, and what it answers."""

    path: str
    answer: Callable[[Ask], object]
    params: tuple[str, ...] = ()
    needs: Callable[[Ask], None] | None = None
