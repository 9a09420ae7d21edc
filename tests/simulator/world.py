"""A World: one simulated Proxmox VE cluster at one instant."""

from dataclasses import dataclass

from simulator.parts import Guest, Job, Node, Pool, Replication, Storage
from simulator.records import Archive, Task


@dataclass(frozen=True, slots=True)
class World:
    """One cluster at one instant. `now` is the epoch of asking; `error_text` is False for versions before 8.3."""

    now: int
    nodes: tuple[Node, ...]
    guests: tuple[Guest, ...] = ()
    deleted: tuple[Guest, ...] = ()
    pools: tuple[Pool, ...] = ()
    storages: tuple[Storage, ...] = ()
    jobs: tuple[Job, ...] = ()
    tasks: tuple[Task, ...] = ()
    archives: tuple[Archive, ...] = ()
    replications: tuple[Replication, ...] = ()
    cluster: str | None = "lab"
    version: str = "9.2.11"
    error_text: bool = True
