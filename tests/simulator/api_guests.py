"""The simulated guest lists, configurations and snapshots of a node."""

import hashlib

from simulator.asking import Ask, RefusalError, Route
from simulator.configs import api_config, shown_name, volumes
from simulator.parts import Guest, GuestType


def _list(kind: GuestType) -> Route:
    def answer(ask: Ask) -> object:
        rows: list[dict[str, object]] = []
        for guest in ask.facts.lookup.guests.values():
            if guest.type != kind or guest.node != ask.node.name or not ask.may(f"/vms/{guest.vmid}", "VM.Audit"):
                continue
            row: dict[str, object] = {"vmid": guest.vmid, "name": shown_name(guest), "status": guest.status}
            row |= {"cpus": 1, "cpu": 0, "mem": 0, "maxmem": 2 << 30, "disk": 0, "netin": 0, "netout": 0, "uptime": 0}
            row["maxdisk"] = next((volume.size or 0 for volume in volumes(guest)), 0)
            if kind == "lxc":
                row |= {"type": "lxc", "swap": 0, "maxswap": 0, "diskread": 0, "diskwrite": 0}
            else:
                row["memhost"] = 0
            if guest.template:
                row["template"] = 1
            if guest.tags is not None:
                row["tags"] = guest.tags
            if guest.lock is not None:
                row["lock"] = guest.lock
            rows.append(row)
        return rows

    return Route(f"/nodes/{{node}}/{kind}", answer)


def _guest(ask: Ask, kind: GuestType) -> Guest:
    """The guest of the path, or Proxmox's complaint about its missing configuration file."""
    vmid, node = ask.part["vmid"], ask.node.name
    guest = ask.facts.lookup.guests.get(int(vmid)) if vmid.isdigit() else None
    if guest is None or guest.node != node or guest.type != kind:
        folder = "qemu-server" if kind == "qemu" else "lxc"
        raise RefusalError(500, f"Configuration file 'nodes/{node}/{folder}/{vmid}.conf' does not exist")
    return guest


def _snapshots(guest: Guest) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for at, snapshot in enumerate(guest.snapshots):
        row: dict[str, object] = {"name": snapshot.name, "snaptime": snapshot.snaptime}
        row["description"] = snapshot.description
        if guest.type == "qemu":
            row["vmstate"] = 0
        if at:
            row["parent"] = guest.snapshots[at - 1].name
        rows.append(row)
    digest = hashlib.sha1(repr(guest.config).encode(), usedforsecurity=False).hexdigest()
    current: dict[str, object] = {"name": "current", "description": "You are here!", "digest": digest}
    current["running"] = int(guest.status == "running")
    if guest.snapshots:
        current["parent"] = guest.snapshots[-1].name
    return [*rows, current]


def _about(kind: GuestType) -> tuple[Route, ...]:
    def needs(ask: Ask) -> None:
        ask.need(f"/vms/{ask.part['vmid']}", "VM.Audit")

    base = f"/nodes/{{node}}/{kind}/{{vmid}}"
    return (
        Route(
            f"{base}/config",
            lambda ask: api_config(_guest(ask, kind), current=ask.flag("current")),
            ("current",),
            needs,
        ),
        Route(f"{base}/snapshot", lambda ask: _snapshots(_guest(ask, kind)), (), needs),
    )


ROUTES = (_list("qemu"), _list("lxc"), *_about("qemu"), *_about("lxc"))
