"""One request to the simulated backup server: what is asked, by whom, and how it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from simulator.asking import Response
from simulator.parts import zone
from simulator.schedule import next_after
from simulator_pbs.parts import Datastore
from simulator_pbs.records import PbsTask, Snapshot
from simulator_pbs.rights import PbsRights, acl_path
from simulator_pbs.world import PbsWorld

_DEEPEST = 7


@dataclass(frozen=True)
class PlainResponse(Response):
    """An error: bare text, though the header still says JSON (proxmox-rest-server formatter.rs)."""

    text: str = ""

    @cached_property
    def body(self) -> str:
        """The text that goes over the wire."""
        return self.text

    @classmethod
    def of(cls, status: int, text: str) -> "PlainResponse":
        """An error with the usual reason of its status."""
        return cls(status, HTTPStatus(status).phrase, text=text)


class RefusalError(Exception):
    """The request ends here, with this status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def bad_parameter(name: str, text: str) -> RefusalError:
    """The refusal of one parameter."""
    return RefusalError(400, f"parameter verification failed - '{name}': {text}")


@dataclass(frozen=True, slots=True)
class Group:
    """The snapshots of one guest or host in one namespace, in the order they are read."""

    store: str
    namespace: str
    type: str
    id: str
    owner: str | None
    snapshots: tuple[Snapshot, ...]

    @classmethod
    def of(cls, snapshots: list[Snapshot]) -> "Group":
        """The group of snapshots; they have one owner, since that is kept per group."""
        first = snapshots[0]
        owners = {snapshot.owner for snapshot in snapshots}
        if len(owners) > 1:
            raise ValueError(f"a group has one owner, not {owners}: {first.store} {first.type}/{first.id}")
        return cls(first.store, first.namespace, first.type, first.id, first.owner, tuple(snapshots))

    def seen_by(self, rights: PbsRights) -> bool:
        """Whether it is listed for a token; without a readable owner it is listed for nobody."""
        return self.owner is not None and rights.sees(self.store, self.namespace, self.owner)


class Facts:
    """A world, and what every answer looks up in it."""

    def __init__(self, world: PbsWorld) -> None:
        self.world = world
        self.stores: dict[str, Datastore] = {store.name: store for store in world.datastores}
        self.by_upid: dict[str, PbsTask] = {task.upid: task for task in world.tasks}
        lying: dict[tuple[str, str], dict[tuple[str, str], list[Snapshot]]] = {}
        for snapshot in world.snapshots:
            groups = lying.setdefault((snapshot.store, snapshot.namespace), {})
            groups.setdefault((snapshot.type, snapshot.id), []).append(snapshot)
        self._groups = {place: tuple(map(Group.of, groups.values())) for place, groups in lying.items()}

    def groups(self, store: str, namespace: str) -> tuple[Group, ...]:
        """The groups of one namespace, not of those below it."""
        return self._groups.get((store, namespace), ())

    def next_run(self, schedule: str | None, since: int) -> int | None:
        """The first event of a schedule after an epoch, which may be long past."""
        return None if schedule is None else next_after(schedule, zone(self.world.timezone), since)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the facts, the caller, the named parts of the path, and the query."""

    facts: Facts
    rights: PbsRights
    part: dict[str, str]
    query: dict[str, str]

    @property
    def world(self) -> PbsWorld:
        """The world that is asked."""
        return self.facts.world

    def need(self, path: str, *privileges: str) -> None:
        """Refuse (403) a caller who has none of the privileges on the path."""
        if not self.rights.may(path, *privileges):
            raise RefusalError(403, f"permission check failed - missing {'|'.join(privileges)} on {path}")

    def store(self) -> Datastore:
        """The datastore of the path, or the error that opening it for reading gives."""
        found = self.facts.stores.get(self.part["store"])
        if found is None:
            raise RefusalError(400, f"no such datastore '{self.part['store']}'")
        if found.trouble is not None:
            raise RefusalError(400, found.trouble)
        return found

    def namespace(self, name: str = "ns") -> str:
        """A namespace of the query; the root when it is absent."""
        text = self.query.get(name, "")
        parts = text.split("/") if text else []
        if len(parts) > _DEEPEST or not all(parts):
            raise bad_parameter(name, "value does not match the regex pattern")
        return text

    def number(self, name: str, default: int) -> int:
        """A whole number of the query."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdigit():
            raise bad_parameter(name, "unable to parse integer")
        return int(text)

    def flag(self, name: str) -> bool:
        """A boolean of the query."""
        return self.query.get(name, "false").lower() in {"1", "on", "yes", "true"}

    def place(self, namespace: str = "") -> str:
        """The access path of a namespace of the datastore of the path."""
        return acl_path(self.part["store"], namespace)


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer with more than its data in the body."""

    data: object
    extra: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: its path, the parameters it knows, and what it answers."""

    path: str
    answer: Callable[[Ask], object]
    params: tuple[str, ...] = ()
