"""The answers of a large simulated cluster, made once: what the model server serves."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Limits
from pve_backup_report.model.answer import Answer
from simulator import PRESETS, ProxmoxApi, big_world

TOKEN_ID, SECRET = "sim@pve!bench", "5ec2e7-0f-the-bench"
_FIRST_ADDRESS = 10


@dataclass(frozen=True, slots=True)
class Answers:
    """What a cluster answers.

    Attributes:
        bodies: JSON by path with query.
        nodes: their names.
        now: epoch of the world.
    """

    bodies: dict[str, bytes]
    nodes: tuple[str, ...]
    now: int


def answers_of(guests: int, nodes: int, runs: int) -> Answers:
    """Return what a cluster of that size answers to all that this program or an exporter asks.

    Args:
        guests: how many.
        nodes: how many.
        runs: nights that the task histories reach back.
    """
    world = big_world(guests=guests, nodes=nodes, runs=runs)
    api = ProxmoxApi(world, PRESETS["seer"])
    token = Authorization.for_pve(TOKEN_ID, SECRET)
    bodies: dict[str, bytes] = {}

    def ask(path: str) -> Answer:
        parts = urlsplit(path)
        response = api(unquote(parts.path), dict(parse_qsl(parts.query)))
        if response.status == 200:  # noqa: PLR2004 -- OK
            bodies[path] = response.body.encode()
        return read_answer(HttpResponse(response.status, response.reason, response.body.encode()), token, "PVE")

    Collector(ask, Scope(), Limits(1), now=world.now).collect()
    names = tuple(node.name for node in world.nodes)
    for name in names:
        ask(f"/nodes/{name}/time")
    _add_addresses(bodies, names)
    _add_exporters_paths(bodies, names)
    return Answers(bodies, names, world.now)


def address_of(at: int) -> str:
    """Return the address of a node by its place in the list."""
    return f"127.0.0.{_FIRST_ADDRESS + at}"


def _add_addresses(bodies: dict[str, bytes], names: tuple[str, ...]) -> None:
    """Let each node tell its address, and which one it is itself: ``PATH@NODE`` is what that node says of a path."""
    status = json.loads(bodies["/cluster/status"])
    del bodies["/cluster/status"]
    for name in names:
        for row in status["data"]:
            if row["type"] == "node":
                row["ip"] = address_of(names.index(row["name"]))
                row["local"] = int(row["name"] == name)
        bodies[f"/cluster/status@{name}"] = json.dumps(status).encode()


def _add_exporters_paths(bodies: dict[str, bytes], names: tuple[str, ...]) -> None:
    """Add the same facts under the paths that prometheus-pve-exporter asks."""
    rows = json.loads(bodies["/cluster/resources"])["data"]
    kinds = {"vm": ("qemu", "lxc"), "storage": ("storage",)}
    for asked, types in kinds.items():
        found = [row for row in rows if row["type"] in types]
        bodies[f"/cluster/resources?type={asked}"] = json.dumps({"data": found}).encode()
    for name in names:
        for kind in ("qemu", "lxc"):
            found = [row for row in rows if row["type"] == kind and row["node"] == name]
            bodies[f"/nodes/{name}/{kind}"] = json.dumps({"data": found}).encode()
            for row in found:
                path = f"/nodes/{name}/{kind}/{row['vmid']}/config"
                bodies[path] = bodies[f"{path}?current=1"]
