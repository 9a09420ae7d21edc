"""The simulated /nodes, /cluster/status, /cluster/resources, /cluster/replication and node time."""

import hashlib
from datetime import datetime

from simulator.api_rows import guest_row, node_row, storage_row
from simulator.asking import Ask, RefusalError, Route, bad_parameter
from simulator.parts import zone

_TYPES = ("vm", "storage", "node", "sdn")


def _fingerprint(name: str) -> str:
    return ":".join(hashlib.sha256(name.encode()).hexdigest()[at : at + 2] for at in range(0, 64, 2)).upper()


def _nodes(ask: Ask) -> object:
    rows = []
    for node in ask.world.nodes:
        audited = ask.may(f"/nodes/{node.name}", "Sys.Audit")
        fingerprint = _fingerprint(node.name) if node.online else None
        rows.append({**node_row(node, audited=audited), "ssl_fingerprint": fingerprint})
    return rows


def _status(ask: Ask) -> object:
    world = ask.world
    rows: list[dict[str, object]] = []
    if world.cluster is not None:
        online = sum(node.online for node in world.nodes)
        quorate = int(2 * online > len(world.nodes))
        size = len(world.nodes)
        rows.append(
            {
                "id": "cluster",
                "type": "cluster",
                "name": world.cluster,
                "version": 3,
                "nodes": size,
                "quorate": quorate,
            },
        )
    for number, node in enumerate(world.nodes, 1):
        row: dict[str, object] = {"id": f"node/{node.name}", "type": "node", "name": node.name, "level": ""}
        row |= {"ip": f"192.0.2.{number}", "local": int(node.name == ask.facts.entry)}
        if world.cluster is None:
            row |= {"nodeid": 0, "online": 1}
        else:
            row |= {"nodeid": str(number), "online": "1" if node.online else 0}
        rows.append(row)
    return rows


def _pool_rows(ask: Ask) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for pool in sorted(ask.world.pools, key=lambda pool: pool.id):
        if not ask.may(f"/pool/{pool.id}", "Pool.Audit"):
            continue
        row: dict[str, object] = {"id": f"/pool/{pool.id}", "pool": pool.id, "type": "pool"}
        members = ask.facts.lookup.members(pool.id)
        size = sum(guest_row(ask.facts, ask.facts.lookup.guests[vmid])["status"] == "running" for vmid in members)
        if size:
            row |= {"cpu": 0.01, "maxcpu": 2 * size, "mem": 1_000_000 * size, "maxmem": size << 31, "uptime": 86400}
        rows.append(row)
    return rows


def _guest_rows(ask: Ask) -> list[dict[str, object]]:
    rows = []
    for guest in ask.facts.lookup.guests.values():
        if ask.may(f"/vms/{guest.vmid}", "VM.Audit"):
            row = guest_row(ask.facts, guest)
            if "pool" in row and not ask.may(f"/pool/{row['pool']}", "Pool.Audit"):
                del row["pool"]
            rows.append(row)
    return rows


def _resources(ask: Ask) -> object:
    """Everything of the cluster the caller may see, the rest left out without a word (API2/Cluster.pm)."""
    wanted = ask.query.get("type")
    if wanted not in {None, *_TYPES}:
        text = f"value '{wanted}' does not have a value in the enumeration '{', '.join(_TYPES)}'"
        raise bad_parameter("type", text)
    facts = ask.facts
    rows: list[dict[str, object]] = []
    if wanted is None:
        rows += _pool_rows(ask)
    if wanted in {None, "vm"}:
        rows += _guest_rows(ask)
    if wanted in {None, "node"}:
        rows += [node_row(node, audited=ask.may(f"/nodes/{node.name}", "Sys.Audit")) for node in ask.world.nodes]
    if wanted in {None, "storage"}:
        for storage in ask.world.storages:
            if not storage.disable and ask.may(f"/storage/{storage.id}", "Datastore.Audit"):
                allowed = [node.name for node in ask.world.nodes if storage.allows(node.name)]
                rows += [storage_row(facts, storage, node) for node in allowed]
    if wanted in {None, "sdn"} and ask.may("/sdn/zones/localnetwork", "SDN.Audit"):
        for node in ask.world.nodes:
            row: dict[str, object] = {"id": f"network/{node.name}/zone/localnetwork", "node": node.name, "status": "ok"}
            rows.append({**row, "type": "network", "network": "localnetwork", "network-type": "zone"})
    return rows


def _replication(ask: Ask) -> object:
    rows: list[dict[str, object]] = []
    for job in ask.world.replications:
        if ask.may(f"/vms/{job.guest}", "VM.Audit"):
            row: dict[str, object] = {"id": f"{job.guest}-{job.jobnum}", "guest": job.guest, "jobnum": job.jobnum}
            row |= {"type": "local", "source": job.source, "target": job.target}
            rows.append({**row, "schedule": job.schedule or "*/15"})
    return rows


def _time(ask: Ask) -> object:
    node, now = ask.node, ask.world.now
    if node.time_error is not None:
        raise RefusalError(500, node.time_error)
    offset = datetime.fromtimestamp(now, zone(node.timezone)).utcoffset()
    shift = 0 if offset is None else int(offset.total_seconds())
    return {"timezone": node.timezone, "time": now, "localtime": now + shift}


ROUTES = (
    Route("/nodes", _nodes),
    Route("/cluster/status", _status, needs=lambda ask: ask.need("/", "Sys.Audit")),
    Route("/cluster/resources", _resources, ("type",)),
    Route("/cluster/replication", _replication),
    Route("/nodes/{node}/time", _time, needs=lambda ask: ask.need(f"/nodes/{ask.part['node']}", "Sys.Audit")),
)
