"""The rows that several simulated lists share: a guest, a storage on a node, a node."""

from simulator.asking import Facts
from simulator.configs import shown_name, volumes
from simulator.parts import Guest, Node, Storage


def guest_row(facts: Facts, guest: Guest) -> dict[str, object]:
    """A guest in /cluster/resources and among pool members.

    On a node that sends no metrics, name, template and sizes are missing (pve-manager API2Tools.pm).
    """
    row: dict[str, object] = {
        "id": f"{guest.type}/{guest.vmid}",
        "vmid": guest.vmid,
        "node": guest.node,
        "type": guest.type,
        "status": "unknown",
    }
    if guest.vmid in facts.lookup.pool_of:
        row["pool"] = facts.lookup.pool_of[guest.vmid]
    if guest.lock is not None:
        row["lock"] = guest.lock
    if guest.tags is not None:
        row["tags"] = guest.tags
    if guest.metrics and (facts.nodes[guest.node].online or facts.nodes[guest.node].lingers):
        running = guest.status == "running"
        row |= {
            "status": guest.status,
            "name": shown_name(guest),
            "template": int(guest.template),
            "cpu": 0.01,
            "maxcpu": 2,
            "mem": 1_000_000,
            "maxmem": 2 << 30,
            "memhost": 0,
            "disk": 0,
            "maxdisk": next((volume.size or 0 for volume in volumes(guest)), 0),
            "diskread": 3,
            "diskwrite": 4,
            "netin": 1,
            "netout": 2,
            "uptime": 86400 if running else 0,
        }
    return row


def storage_row(facts: Facts, storage: Storage, node: str) -> dict[str, object]:
    """A storage on one node, in /cluster/resources and among pool members."""
    row: dict[str, object] = {
        "id": f"storage/{node}/{storage.id}",
        "storage": storage.id,
        "node": node,
        "type": "storage",
        "plugintype": storage.type,
        "status": "unknown",
        "shared": int(storage.is_shared),
        "content": ",".join(storage.content) or "none",
    }
    if facts.nodes[node].online and storage.works_on(node):
        row |= {"status": "available", "disk": storage.used, "maxdisk": storage.total}
    return row


def node_row(node: Node, *, audited: bool) -> dict[str, object]:
    """A node in /nodes and /cluster/resources; its figures need Sys.Audit."""
    row: dict[str, object] = {
        "id": f"node/{node.name}",
        "node": node.name,
        "type": "node",
        "status": "online" if node.online else "offline",
    }
    if node.online:
        row["level"] = ""
        if audited:
            row |= {
                "cpu": 0.02,
                "maxcpu": 8,
                "mem": 5_000_000_000,
                "maxmem": 33_000_000_000,
                "disk": 20_000_000_000,
                "maxdisk": 100_000_000_000,
                "uptime": 864_000,
            }
    return row
