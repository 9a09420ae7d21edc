"""What is so on a backup server, group by group and job by job, told with full knowledge."""

from dataclasses import dataclass
from typing import NamedTuple

from simulator.parts import zone
from simulator.schedule import last_until
from simulator_pbs.parts import Job, PruneJob
from simulator_pbs.records import Snapshot
from simulator_pbs.rights import PbsRights
from simulator_pbs.world import PbsWorld


class GroupKey(NamedTuple):
    """What names a group: two clusters that share a namespace share it."""

    store: str
    namespace: str
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class GroupTruth:
    """One group. `snapshots` are all that are there, newest first; `reachable`: its datastore can be read now."""

    key: GroupKey
    owner: str | None
    snapshots: tuple[Snapshot, ...]
    reachable: bool

    def of(self, cluster: str | None) -> "GroupTruth":
        """The same group without what another cluster put there."""
        own = tuple(snapshot for snapshot in self.snapshots if snapshot.cluster == cluster)
        return GroupTruth(self.key, self.owner, own, self.reachable)

    @property
    def newest(self) -> Snapshot | None:
        """The newest, whatever its state."""
        return next(iter(self.snapshots), None)

    @property
    def newest_good(self) -> Snapshot | None:
        """The newest that is whole and not known to be damaged."""
        return next((snapshot for snapshot in self.snapshots if snapshot.good), None)

    @property
    def newest_verified(self) -> Snapshot | None:
        """The newest that was verified and found whole."""
        return next(
            (snapshot for snapshot in self.snapshots if snapshot.readable and snapshot.verification == "ok"), None
        )

    @property
    def last_verification(self) -> int | None:
        """When any of them was verified last, with whatever result."""
        return max((snapshot.verified_at or 0 for snapshot in self.snapshots), default=0) or None

    @property
    def good(self) -> int:
        """How many are good."""
        return sum(snapshot.good for snapshot in self.snapshots)

    @property
    def unfinished(self) -> int:
        """How many have no manifest, or none that can be read."""
        return sum(not snapshot.readable for snapshot in self.snapshots)

    @property
    def damaged(self) -> int:
        """How many failed their verification."""
        return sum(snapshot.readable and snapshot.verification == "failed" for snapshot in self.snapshots)

    @property
    def protected(self) -> int:
        """How many a prune leaves alone."""
        return sum(snapshot.protected for snapshot in self.snapshots)

    @property
    def unencrypted(self) -> int:
        """How many can be read by whoever gets hold of the datastore."""
        return sum(snapshot.readable and not snapshot.encrypted for snapshot in self.snapshots)


@dataclass(frozen=True, slots=True)
class JobTruth:
    """One job. `by_itself`: it has a schedule and is not switched off; `behind`: an event passed and it did not run."""

    id: str
    store: str
    by_itself: bool
    ever_ran: bool
    failed: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class PbsTruth:
    """The truth: its groups by key, and its jobs by kind and id."""

    groups: dict[GroupKey, GroupTruth]
    jobs: dict[tuple[str, str], JobTruth]

    @classmethod
    def of(cls, world: PbsWorld) -> "PbsTruth":
        """Work it out."""
        readable = {store.name for store in world.datastores if store.trouble is None}
        found: dict[GroupKey, list[Snapshot]] = {}
        for snapshot in sorted(world.snapshots, key=lambda snapshot: snapshot.time, reverse=True):
            key = GroupKey(snapshot.store, snapshot.namespace, snapshot.type, snapshot.id)
            found.setdefault(key, []).append(snapshot)
        groups = {
            key: GroupTruth(key, snapshots[0].owner, tuple(snapshots), key.store in readable)
            for key, snapshots in found.items()
        }
        kinds: tuple[tuple[str, tuple[Job, ...]], ...] = (
            ("verify", world.verify_jobs),
            ("prune", world.prune_jobs),
            ("sync", world.sync_jobs),
        )
        return cls(groups, {(kind, job.id): _judged(job, world) for kind, jobs in kinds for job in jobs})

    def of_guest(self, kind: str, name: str) -> list[GroupTruth]:
        """The groups of one guest, in every datastore and namespace."""
        return [group for key, group in self.groups.items() if (key.type, key.id) == (kind, name)]

    def seen_by(self, rights: PbsRights) -> set[GroupKey]:
        """The groups that a token finds when it asks every namespace of every datastore that answers."""
        return {
            key
            for key, group in self.groups.items()
            if group.reachable and group.owner is not None and rights.sees(key.store, key.namespace, group.owner)
        }


def _judged(job: Job, world: PbsWorld) -> JobTruth:
    last = job.last
    off = isinstance(job, PruneJob) and job.disable
    due = None if job.schedule is None or off else last_until(job.schedule, zone(world.timezone), world.now)
    return JobTruth(
        id=job.id,
        store=job.store,
        by_itself=job.schedule is not None and not off,
        ever_ran=last is not None,
        failed=last is not None and last.status is not None and last.status != "OK" and "WARNINGS" not in last.status,
        behind=due is not None and due > (job.created if last is None else last.starttime),
    )
