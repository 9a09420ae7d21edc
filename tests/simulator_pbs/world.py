"""A PbsWorld: one simulated Proxmox Backup Server at one instant."""

from dataclasses import dataclass

from simulator_pbs.parts import Datastore, PruneJob, Remote, SyncJob, User, VerifyJob
from simulator_pbs.records import PbsTask, Snapshot
from simulator_pbs.rights import AclEntry


@dataclass(frozen=True, slots=True)
class PbsWorld:
    """One backup server at one instant. `now` is the epoch of asking.

    The order of `snapshots` is the order in which directories are read: none that means anything. `acl` are the
    entries of others than the token that asks.
    """

    name: str
    now: int
    version: str = "4.1"
    release: str = "2"
    timezone: str = "Europe/Paris"
    datastores: tuple[Datastore, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    verify_jobs: tuple[VerifyJob, ...] = ()
    prune_jobs: tuple[PruneJob, ...] = ()
    sync_jobs: tuple[SyncJob, ...] = ()
    remotes: tuple[Remote, ...] = ()
    tasks: tuple[PbsTask, ...] = ()
    users: tuple[User, ...] = (User("root@pam"),)
    acl: tuple[AclEntry, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers, to compare."""
        return tuple(int(part) for part in self.version.split("."))
