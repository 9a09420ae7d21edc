"""The parts a simulated Proxmox Backup Server is configured of: datastores, jobs, remotes, users."""

from dataclasses import dataclass
from typing import Literal

from simulator_pbs.records import PbsTask

Keep = tuple[str, int]
"""One option of a retention, such as ("keep-last", 3)."""


@dataclass(frozen=True, slots=True)
class GcState:
    """The garbage collection of a datastore: its schedule, its last run, and what that run left in figures."""

    schedule: str | None = "daily"
    last: PbsTask | None = None
    disk_bytes: int = 0
    index_data_bytes: int = 0
    index_file_count: int = 0
    removed_bytes: int = 0
    pending_bytes: int = 0
    removed_bad: int = 0
    still_bad: int = 0


@dataclass(frozen=True, slots=True)
class Datastore:
    """A datastore.

    `maintenance` is the property string ("read-only", "offline,message=new-disks"); `mount_status` is None where the
    disk cannot be taken out. `namespaces` are full paths without the root, each with its parents. `prune_schedule`
    and `keep` are the datastore's own, from before there were prune jobs.
    """

    name: str
    total: int = 4_000_000_000_000
    used: int = 1_000_000_000_000
    maintenance: str | None = None
    mount_status: Literal["mounted", "notmounted", "nonremovable"] | None = None
    gc: GcState = GcState()
    namespaces: tuple[str, ...] = ()
    estimated_full_date: int | None = None
    verify_new: bool | None = None
    comment: str | None = None
    prune_schedule: str | None = None
    keep: tuple[Keep, ...] = ()

    @property
    def trouble(self) -> str | None:
        """Why nothing in it can be read; None: it can."""
        kind, _, rest = (self.maintenance or "").partition(",")
        message = rest.removeprefix("message=")
        match kind.removeprefix("type="):
            case "delete":
                return f"datastore '{self.name}' is in datastore is being deleted"
            case "unmount":
                return f"datastore '{self.name}' is in datastore is being unmounted"
            case "offline":
                return f"datastore '{self.name}' is in offline maintenance mode: {message}"
            case "s3-refresh":
                return f"datastore '{self.name}' is in S3 refresh maintenance mode: {message}"
            case _:
                return f"datastore '{self.name}' is not mounted" if self.mount_status == "notmounted" else None

    def holds(self, namespace: str) -> bool:
        """Whether the namespace is there; the root ("") always is."""
        return not namespace or namespace in self.namespaces


@dataclass(frozen=True, slots=True)
class VerifyJob:
    """A verify job; without a schedule it never starts by itself. `created` counts as its last run until it has run."""

    id: str
    store: str
    schedule: str | None = "daily"
    ns: str | None = None
    max_depth: int | None = None
    ignore_verified: bool | None = None
    outdated_after: int | None = None
    comment: str | None = None
    created: int = 0
    last: PbsTask | None = None


@dataclass(frozen=True, slots=True)
class PruneJob:
    """A prune job."""

    id: str
    store: str
    schedule: str = "daily"
    keep: tuple[Keep, ...] = ()
    ns: str | None = None
    max_depth: int | None = None
    disable: bool = False
    comment: str | None = None
    created: int = 0
    last: PbsTask | None = None


@dataclass(frozen=True, slots=True)
class SyncJob:
    """A sync job. A pull without `remote` copies from another datastore of the same server."""

    id: str
    store: str
    remote_store: str
    remote: str | None = None
    remote_ns: str | None = None
    schedule: str | None = "hourly"
    ns: str | None = None
    max_depth: int | None = None
    owner: str | None = None
    remove_vanished: bool | None = None
    direction: Literal["pull", "push"] = "pull"
    comment: str | None = None
    created: int = 0
    last: PbsTask | None = None


Job = VerifyJob | PruneJob | SyncJob


@dataclass(frozen=True, slots=True)
class Remote:
    """Another backup server that sync jobs name."""

    name: str
    host: str = "198.51.100.30"


@dataclass(frozen=True, slots=True)
class User:
    """A user and the names of its tokens."""

    userid: str
    tokens: tuple[str, ...] = ()
    comment: str | None = None
    enable: bool = True
    expire: int = 0
