"""A simulator of a Proxmox VE cluster: a world of facts, the API's answers to a token, and the truth about backups."""

from simulator.api import ProxmoxApi
from simulator.asking import Response
from simulator.chaos import CALM, Chaos
from simulator.demo import demo_world
from simulator.generate import big_world, random_world
from simulator.history import run_history
from simulator.parts import Guest, Job, Node, Pool, Replication, Snapshot, Storage
from simulator.records import Archive, GuestRun, Task
from simulator.rights import PRESETS, Grant, TokenRights
from simulator.truth import GuestTruth, Truth
from simulator.world import World

__all__ = [
    "CALM",
    "PRESETS",
    "Archive",
    "Chaos",
    "Grant",
    "Guest",
    "GuestRun",
    "GuestTruth",
    "Job",
    "Node",
    "Pool",
    "ProxmoxApi",
    "Replication",
    "Response",
    "Snapshot",
    "Storage",
    "Task",
    "TokenRights",
    "Truth",
    "World",
    "big_world",
    "demo_world",
    "random_world",
    "run_history",
]
