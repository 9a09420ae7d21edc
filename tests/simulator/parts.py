"""The parts a simulated Proxmox VE cluster is configured of: nodes, guests, pools, storages, jobs."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

GuestType = Literal["qemu", "lxc"]
Setting = tuple[str, str | int]
"""One line of a guest's configuration file: key, and value as the API types it."""

SHARED_TYPES = frozenset({"nfs", "cifs", "pbs", "rbd", "cephfs", "iscsi", "iscsidirect", "zfs", "drbd"})
"""Storage types that are shared whatever the file says (pve-storage, plugindata of each plugin)."""

BACKUP_TYPES = frozenset({"dir", "nfs", "cifs", "cephfs", "btrfs", "pbs"})
"""Storage types whose plugin accepts the content type backup (pve-storage, plugindata of each plugin)."""


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name; kept, because reading one is slow."""
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class Node:
    """A cluster member.

    `history_since` is an epoch: tasks that ended earlier were rotated out of its index. `offline_since` is the
    epoch since when it is down; `lingers` says that its metrics have not been dropped yet. `vzdump_*` are the lines
    of its own /etc/vzdump.conf.
    """

    name: str
    timezone: str = "Europe/Paris"
    online: bool = True
    offline_since: int | None = None
    lingers: bool = False
    unreachable: tuple[int, str] = (595, "No route to host")
    history_since: int = 0
    vzdump_storage: str | None = None
    vzdump_dumpdir: str | None = None
    vzdump_prune: str | None = None
    time_error: str | None = None

    def is_up(self, epoch: int) -> bool:
        """Whether the node was running at that epoch."""
        return self.online or (self.offline_since is not None and epoch < self.offline_since)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A guest snapshot, which is no backup."""

    name: str
    snaptime: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """A VM or container.

    `config` is what a backup looks at (disks, mount points, bios, …); name, tags, notes, lock and template have
    fields of their own. `pending` are changes that wait for a restart (None: the key will be deleted).
    `created` and `deleted` are epochs (0, None: before all history, still there). `lived_on` names earlier nodes,
    each with the epoch until which the guest was there, ascending.
    """

    vmid: int
    type: GuestType
    name: str | None
    node: str
    status: str = "running"
    config: tuple[Setting, ...] = ()
    pending: tuple[tuple[str, str | int | None], ...] = ()
    template: bool = False
    tags: str | None = None
    notes: str | None = None
    lock: str | None = None
    created: int = 0
    deleted: int | None = None
    shows_ctime: bool = False
    snapshots: tuple[Snapshot, ...] = ()
    metrics: bool = True
    lived_on: tuple[tuple[int, str], ...] = ()

    def node_at(self, epoch: int) -> str:
        """The node the guest was on at that epoch."""
        return next((node for until, node in self.lived_on if epoch < until), self.node)

    def exists_at(self, epoch: int) -> bool:
        """Whether the guest was there at that epoch."""
        return self.created <= epoch and (self.deleted is None or epoch < self.deleted)


@dataclass(frozen=True, slots=True)
class Pool:
    """A resource pool; `id` may be nested (a/b)."""

    id: str
    guests: tuple[int, ...] = ()
    storages: tuple[str, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """A section of storage.cfg.

    `extra` are keys of its type (path, server, export, datastore, namespace, …). `offline_on` names the nodes where
    it cannot be activated ("*": all). `pbs_prune` says what the dry run of a prune answers on a PBS storage: the
    list, an error (the PBS user may not prune), or an empty list (as was recorded once).
    """

    id: str
    type: str = "dir"
    content: tuple[str, ...] = ("backup",)
    nodes: tuple[str, ...] = ()
    disable: bool = False
    shared: bool = False
    prune: str | None = None
    extra: tuple[Setting, ...] = ()
    offline_on: frozenset[str] = frozenset()
    pbs_prune: Literal["list", "fail", "empty"] = "list"
    encryption: str | None = None
    total: int = 1_000_000_000_000
    used: int = 300_000_000_000

    @property
    def is_shared(self) -> bool:
        """Whether every node sees the same content."""
        return self.shared or self.type in SHARED_TYPES

    @property
    def is_pbs(self) -> bool:
        """Whether backups on it are PBS snapshots."""
        return self.type == "pbs"

    @property
    def holds_backups(self) -> bool:
        """Whether vzdump may use it as a target."""
        return "backup" in self.content and self.type in BACKUP_TYPES

    def allows(self, node: str) -> bool:
        """Whether the node restriction admits that node; Proxmox ignores it on `local`."""
        return self.id == "local" or not self.nodes or node in self.nodes

    def works_on(self, node: str) -> bool:
        """Whether it can be activated on that node now."""
        return not (self.disable or "*" in self.offline_on or node in self.offline_on) and self.allows(node)

    def place(self, node: str) -> str:
        """Where its content really lies: two storages with one place show the same backups."""
        keys = dict(self.extra)
        if self.is_pbs:
            return f"pbs:{keys.get('server')}:{keys.get('datastore')}:{keys.get('namespace', '')}"
        if self.type in {"nfs", "cifs"}:
            return f"{self.type}:{keys.get('server')}:{keys.get('export') or keys.get('share')}"
        path = f"{self.type}:{keys.get('path', '/mnt/' + self.id)}"
        return path if self.is_shared else f"{path}@{node}"

    def dump_path(self) -> str:
        """The directory of its archives, as task logs print it."""
        return f"{dict(self.extra).get('path', '/mnt/pve/' + self.id)}/dump"


@dataclass(frozen=True, slots=True)
class Job:
    """A backup job of jobs.cfg, or (`legacy`) a line of /etc/pve/vzdump.cron.

    `disabled_since` is the epoch of its being switched off; before it, it ran.
    """

    id: str
    schedule: str = "02:00"
    enabled: bool = True
    disabled_since: int | None = None
    storage: str | None = None
    all: bool | None = None
    vmid: str | None = None
    exclude: str | None = None
    pool: str | None = None
    node: str | None = None
    dumpdir: str | None = None
    mode: str | None = "snapshot"
    compress: str | None = None
    prune: tuple[Setting, ...] = ()
    notes_template: str | None = None
    protected: bool | None = None
    mailto: str | None = None
    comment: str | None = None
    legacy: bool = False
    extra: tuple[tuple[str, object], ...] = ()

    def ran_at(self, epoch: int) -> bool:
        """Whether the scheduler looked at it at that epoch."""
        return self.enabled or (self.disabled_since is not None and epoch < self.disabled_since)


@dataclass(frozen=True, slots=True)
class Replication:
    """A replication job, which is no backup."""

    guest: int
    jobnum: int
    source: str
    target: str
    schedule: str | None = None
