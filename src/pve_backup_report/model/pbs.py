"""A Proxmox Backup Server as one run saw it: datastores, namespaces, jobs. Times are epochs, sizes bytes."""

from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.model.backup import Backup


class JobKind(StrEnum):
    """What a job of a backup server does."""

    PRUNE = "prune"
    VERIFY = "verify"
    SYNC = "sync"


class JobResult(StrEnum):
    """How a job's last run ended."""

    OK = "ok"
    WARNINGS = "warnings"
    FAILED = "failed"
    NEVER = "never"  # it has not run yet
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class JobState:
    """When a job runs, and how its last run ended.

    Attributes:
        schedule: calendar event; None when nothing starts it by itself.
        next_run: None when none is planned.
        last_end: end of its last run; None when it never ran, or that is not told.
        last_result: how that ended.
        last_message: the server's words for it (untrusted); None when there are none.
    """

    schedule: str | None
    next_run: int | None
    last_end: int | None
    last_result: JobResult
    last_message: str | None


@dataclass(frozen=True, slots=True)
class DatastoreJob:
    """A prune, verify or sync job.

    Attributes:
        kind: what it does.
        id: the job's id.
        datastore: where it works; for a sync job the local side.
        namespace: where it begins; empty for the root.
        max_depth: levels of namespaces below that it takes in; None for all.
        enabled: an absent ``disable`` means yes.
        keeps: ``keep-*`` options of a prune job as (name, number) pairs; empty keeps everything.
        outdated_after_days: after how many days a verify job verifies again; None for never.
        remote: the other server as the sync job's server names it; None for the same server.
        remote_datastore: the other side of a sync job.
        remote_namespace: likewise; empty for the root.
        push: the sync job sends; False when it fetches.
        state: when it runs, and how its last run ended.
    """

    kind: JobKind
    id: str
    datastore: str
    namespace: str
    max_depth: int | None
    enabled: bool
    keeps: tuple[tuple[str, int], ...]
    outdated_after_days: int | None
    remote: str | None
    remote_datastore: str | None
    remote_namespace: str
    push: bool
    state: JobState

    def takes_in(self, datastore: str, namespace: str) -> bool:
        """Whether a namespace is in the job's reach."""
        if datastore != self.datastore:
            return False
        if namespace != self.namespace and self.namespace and not namespace.startswith(f"{self.namespace}/"):
            return False
        below = namespace.removeprefix(self.namespace).strip("/")
        depth = below.count("/") + 1 if below else 0
        return self.max_depth is None or depth <= self.max_depth


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace of a datastore.

    Attributes:
        path: empty for the root; ``a/b`` for one in another.
        whole: every snapshot in it was listed.
        snapshots: what was listed, newest first; finished or not, of whoever.
    """

    path: str
    whole: bool
    snapshots: tuple[Backup, ...]


@dataclass(frozen=True, slots=True)
class Datastore:
    """A datastore.

    Attributes:
        name: as its server names it.
        comment: untrusted; None when none.
        maintenance: ``read-only``, ``offline`` and the like; None when it is in service.
        mounted: None when it is not removable, or that is not told.
        total: None when not told.
        used: None when not told.
        full_at: when it will be full as its server estimates; None when it does not tell, or never.
        error: why its usage cannot be read; None when it can.
        verify_new: each new backup is verified at once; None when not seen.
        gc: its garbage collection; None when not seen.
        namespaces: those listed, sorted by path; none when the datastore is not in service.
        namespaces_seen: all of them were listed.
    """

    name: str
    comment: str | None
    maintenance: str | None
    mounted: bool | None
    total: int | None
    used: int | None
    full_at: int | None
    error: str | None
    verify_new: bool | None
    gc: JobState | None
    namespaces: tuple[Namespace, ...]
    namespaces_seen: bool

    def namespace(self, path: str) -> Namespace | None:
        """Return one of its namespaces; None when it was not seen."""
        return next((namespace for namespace in self.namespaces if namespace.path == path), None)


@dataclass(frozen=True, slots=True)
class DatastoreUser:
    """What a user or token that can log in may do on the datastores, as the server works it out.

    Attributes:
        auth_id: ``user@realm`` or ``user@realm!token``.
        held: (path, privileges) pairs, sorted: ``/datastore``, ``/datastore/main`` and so on; a path that holds what
            it inherits is left out. None when not seen.
    """

    auth_id: str
    held: tuple[tuple[str, tuple[str, ...]], ...] | None


@dataclass(frozen=True, slots=True)
class PbsTask:
    """A task of the server.

    Attributes:
        upid: its UPID.
        type: ``backup``, ``prunejob``, ``verificationjob`` and the like.
        id: what it worked on; None when it does not say.
        start: epoch.
        end: None while it runs.
        status: the server's words; None while it runs.
    """

    upid: str
    type: str
    id: str | None
    start: int
    end: int | None
    status: str | None


@dataclass(frozen=True, slots=True)
class PbsServer:
    """One Proxmox Backup Server.

    Attributes:
        name: its name in the settings.
        address: ``host:port`` of the settings.
        fingerprint: SHA-256 of its certificate, lower-case hexadecimal without colons; None when not known.
        version: None when not seen.
        datastores: sorted by name.
        datastores_seen: all of them were listed.
        jobs: prune, verify and sync jobs, sorted by kind and id.
        jobs_seen: the kinds of job of which all were listed.
        users: who may do something on the datastores, sorted by name; None when not seen.
        tasks: recent tasks, newest first.
    """

    name: str
    address: str
    fingerprint: str | None
    version: str | None
    datastores: tuple[Datastore, ...]
    datastores_seen: bool
    jobs: tuple[DatastoreJob, ...]
    jobs_seen: frozenset[JobKind]
    users: tuple[DatastoreUser, ...] | None
    tasks: tuple[PbsTask, ...]

    def jobs_for(self, kind: JobKind, datastore: str, namespace: str) -> tuple[DatastoreJob, ...]:
        """Return the enabled jobs of a kind that take in a namespace."""
        return tuple(
            job for job in self.jobs if job.kind is kind and job.enabled and job.takes_in(datastore, namespace)
        )
