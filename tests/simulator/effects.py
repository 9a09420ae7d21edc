"""What a job needs and uses: the storage it writes to on a node, and the fault that keeps it from ever working."""

from dataclasses import dataclass

from simulator.parts import Job, Node, Storage

_ALWAYS = Storage("local", content=("backup", "iso", "vztmpl"), extra=(("path", "/var/lib/vz"),))


@dataclass(frozen=True, slots=True)
class Target:
    """Where a run on a node writes: a storage (None: it does not exist) or a plain directory."""

    name: str
    storage: Storage | None = None
    dumpdir: str | None = None


def target(job: Job, node: Node, storages: dict[str, Storage]) -> Target:
    """Job's storage or dumpdir, else those of the node's own vzdump.conf, else local (pve-manager VZDump.pm new)."""
    if job.storage is None and job.dumpdir is not None:
        return Target("", dumpdir=job.dumpdir)
    if job.storage is None and node.vzdump_storage is None and node.vzdump_dumpdir is not None:
        return Target("", dumpdir=node.vzdump_dumpdir)
    name = job.storage or node.vzdump_storage or "local"
    return Target(name, storages.get(name, _ALWAYS if name == "local" else None))


def storage_fault(found: Target, node: str) -> str | None:
    """The reason code of a target that a backup cannot go to from that node; None: it can."""
    if found.dumpdir is not None:
        return None
    storage = found.storage
    if storage is None:
        return "storage-missing"
    if storage.disable:
        return "storage-disabled"
    if not storage.holds_backups:
        return "storage-without-backup-content"
    return None if storage.allows(node) else "storage-not-on-node"


def setup_error(found: Target, node: str) -> str | None:
    """The status of a task that dies in set-up for that target, as it is configured now (VZDump.pm new).

    Two things are tried, and both complaints are told: activating the storage, and reading its configuration.
    """
    if found.dumpdir is not None:
        return None
    name, storage = found.name, found.storage
    complaints = []
    if storage is None:
        complaints.append(f"could not activate storage '{name}': storage '{name}' does not exist")
    elif storage.disable:
        complaints.append(f"could not activate storage '{name}': storage '{name}' is disabled")
    elif not storage.allows(node):
        complaints.append(f"could not activate storage '{name}': storage '{name}' is not available on node '{node}'")
    reading = f"could not get storage information for '{name}'"
    if storage is None:
        complaints.append(f"{reading}: storage '{name}' does not exist")
    elif not storage.holds_backups:
        complaints.append(f"{reading}: can't use storage '{name}' for backups - wrong content type")
    return " ".join(complaints) or None


def offline_text(storage: Storage) -> str:
    """What Proxmox says of a storage that does not answer."""
    if storage.is_pbs:
        server = dict(storage.extra).get("server", "192.0.2.9")
        return f"{storage.id}: error fetching datastores - 500 Can't connect to {server}:8007 (Connection refused)"
    return f"storage '{storage.id}' is not online"
