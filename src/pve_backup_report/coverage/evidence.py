"""The evidence: every guest's archives and runs, and how far back nothing can have been missed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import TypeVar

from pve_backup_report.coverage.history import history_since
from pve_backup_report.coverage.newest_backup import newest_of, success_of
from pve_backup_report.coverage.one_place import of_one_place, once
from pve_backup_report.coverage.ownership import Ownership, Whose
from pve_backup_report.coverage.places import Places
from pve_backup_report.model.archive_name import SNAPSHOTS, tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest, GuestType
from pve_backup_report.model.task import BAD_ENDS, LogState, Run, RunResult, Task
from pve_backup_report.model.verdict import Success

_Item = TypeVar("_Item", Backup, Run)

_KINDS = {GuestType.QEMU: ("qemu", "unknown"), GuestType.LXC: ("lxc", "openvz", "unknown")}
_AHEAD_S = 300  # what is dated further ahead was made by a clock that was wrong
# A task whose status begins so failed before it tried any guest: it cannot have made a backup.
_NOTHING_TRIED = ("could not activate storage", "could not get storage information")


@dataclass(frozen=True, slots=True)
class GuestEvidence:
    """What is known of one guest's backups.

    Attributes:
        archives: listed backups of this very guest, newest first; not those of an earlier guest with its id.
        good: those of them that count.
        foreign: listed backups under its id that are older than the guest, of the other type, or another cluster's.
        uncertain: listed backups under its id that may be another cluster's.
        runs: its part in tasks, newest first.
        good_at: epochs of the good backups that exist as far as can be seen, newest first; those of renamed files,
            whose time only says that they are no younger, come last.
        newest: the first of them; None when there is none.
        dated_at: epoch of the newest one that is no renamed file; None when there is none.
        nothing_hidden: there is no other place either that may hold a backup, such as a storage that is disabled today.
        archives_seen: every enabled storage that takes backups was listed in full. A disabled one is not in use: what
            it may still hold cannot be restored before it is enabled again, and a gap tells of it.
        tasks_since: epoch since which no task that could concern it can have been missed; None when nothing proves any.
        tasks_end_on: the node whose task history, or whose lost log, sets that epoch; None when there is none.
        local_unseen: the only places not listed are local ones of nodes on which it has no run.
        perhaps: epochs of all that may be a good backup and cannot be called one, sorted. That is a run that
            failed after its archive was written where it cannot be listed, a successful one whose snapshot is not good
            here and may be elsewhere, a renamed file, which may be older than its time, or a backup that may be
            another cluster's.
        usual_duration_s: median of its successful runs; None when there are none.
    """

    archives: tuple[Backup, ...]
    good: tuple[Backup, ...]
    foreign: tuple[Backup, ...]
    uncertain: tuple[Backup, ...]
    runs: tuple[Run, ...]
    good_at: tuple[int, ...]
    newest: Success | None
    dated_at: int | None
    nothing_hidden: bool
    archives_seen: bool
    tasks_since: int | None
    tasks_end_on: str | None
    local_unseen: bool
    perhaps: tuple[int, ...]
    usual_duration_s: int | None

    @property
    def perhaps_at(self) -> int | None:
        """Epoch of the newest thing that may be a good backup; None when there is none."""
        return self.perhaps[-1] if self.perhaps else None

    @property
    def backups(self) -> int | None:
        """How many good backups exist; None when the storages were not all seen."""
        return len(self.good) if self.archives_seen else None


class Evidence:
    """The evidence of a whole cluster, sorted by guest.

    Attributes:
        ownership: what the cluster knows of who writes into its places.
    """

    def __init__(self, cluster: Cluster) -> None:
        """Sort the cluster's backups, runs and tasks.

        Args:
            cluster: the normalized tape.
        """
        self._cluster = cluster
        self._archives = _by_vmid(cluster.backups)
        self.ownership = Ownership.of(cluster)
        self._runs = _by_vmid(cluster.runs)
        self._places = Places(cluster)
        self._doubled = of_one_place(cluster.storages)
        self._now = cluster.asked_at
        self._history = history_since(cluster)
        self._dark = sorted(_dark_tasks(cluster.tasks), key=lambda task: task.start)
        self._ends = {task.upid: cluster.asked_at if task.end is None else task.end for task in cluster.tasks}
        self._dark_runs = {run.upid for run in cluster.runs if run.result is RunResult.UNKNOWN}

    def orphans(self) -> tuple[Backup, ...]:
        """Return the backups under ids that no guest has, as far as this cluster wrote them, newest first."""
        known = {guest.vmid for guest in self._cluster.guests}
        if self._archives.keys() <= known:
            return ()
        lost = (backup for backup in self._cluster.backups if backup.vmid is not None and backup.vmid not in known)
        return tuple(backup for backup in lost if self.ownership.is_written_by_us(backup))

    def of(self, guest: Guest, *, into_directory: bool = False) -> GuestEvidence:
        """Return the evidence for one guest.

        Args:
            guest: the guest.
            into_directory: a job backs it up into a plain directory, which no listing shows.
        """
        own, foreign, uncertain = self._parted(guest)
        kinds, born = (None, *_KINDS[guest.type]), guest.born
        its = self._runs.get(guest.vmid, ())
        runs = tuple([run for run in its if run.type in kinds and (born is None or run.at >= born)])
        durations = [run.duration_s for run in runs if run.result is RunResult.OK and run.duration_s is not None]
        good = [backup for backup in own if backup.good]
        unlisted, lost = self._unlisted(guest, own, runs, into_directory=into_directory)
        found: list[Backup | Run] = [backup for backup in good if not backup.renamed]
        dated = sorted([*found, *unlisted], key=attrgetter("at"), reverse=True)
        renamed = [backup for backup in good if backup.renamed]
        perhaps = [
            run.at
            for run in runs
            if run.result in BAD_ENDS and self._may_exist(run, guest.vmid, into_directory=into_directory)
        ]
        perhaps.extend(run.at for run in lost)
        perhaps.extend(backup.doubt[1] for backup in good if backup.doubt is not None)
        perhaps.extend(backup.at for backup in uncertain if backup.good)
        perhaps.extend(each.at for each in dated if each.at > self._now + _AHEAD_S)
        perhaps.extend(backup.at for backup in renamed)
        since, end_on = self._tasks_since(guest.vmid, runs)
        places = self._places
        unseen = places.unseen_of(guest.vmid)
        if unseen or not places.known:
            perhaps.extend(_carried_elsewhere(runs, own))
        each_once = once(own, self._doubled)
        return GuestEvidence(
            archives=each_once,
            good=tuple(good if each_once is own else [backup for backup in each_once if backup.good]),
            foreign=foreign,
            uncertain=once(uncertain, self._doubled),
            runs=runs,
            good_at=tuple([each.at for each in (*dated, *renamed)]),
            newest=success_of(newest_of(dated), runs) if dated else success_of(renamed[0], ()) if renamed else None,
            dated_at=_surely_since((each for each in dated if each.at <= self._now + _AHEAD_S), own),
            nothing_hidden=places.known and not unseen and not into_directory and not places.disabled,
            archives_seen=places.known and not unseen and not into_directory,
            tasks_since=since,
            tasks_end_on=end_on,
            local_unseen=places.known and None not in unseen and unseen.isdisjoint(run.node for run in runs),
            perhaps=tuple(sorted(set(perhaps))),
            usual_duration_s=int(median(durations)) if durations else None,
        )

    def _parted(self, guest: Guest) -> tuple[tuple[Backup, ...], tuple[Backup, ...], tuple[Backup, ...]]:
        """Return what is listed under the guest's id: its own, that of others, and what may be either."""
        own: list[Backup] = []
        foreign: list[Backup] = []
        uncertain: list[Backup] = []
        kinds, born = _KINDS[guest.type], guest.born
        for backup in self._archives.get(guest.vmid, ()):
            # of another type, or older: of an earlier guest with the same id
            of_it = backup.type in kinds and (born is None or backup.at >= born)
            whose = self.ownership.whose(backup, guest) if of_it else Whose.OTHERS
            (own if whose is Whose.OURS else foreign if whose is Whose.OTHERS else uncertain).append(backup)
        return tuple(own), tuple(foreign), tuple(uncertain)

    def _unlisted(
        self, guest: Guest, archives: Iterable[Backup], runs: Iterable[Run], *, into_directory: bool
    ) -> tuple[list[Run], list[Run]]:
        """Return the successful runs that tell of a backup which no list shows.

        Returns:
            Those into a place that a gap says was not seen: the log is all that there is. And those into one that the
            cluster does not have any more, or that it cannot list: nobody can restore from there as things are.
        """
        volids = {backup.volid for backup in archives}
        untold = [
            run
            for run in runs
            # a snapshot's volume id is its name on the storage: nearly always that settles it
            if run.result is RunResult.OK and f"{run.storage}:backup/{run.archive}" not in volids
        ]
        if not untold:
            return [], []
        there = {(backup.storage, tail(backup.volid)) for backup in archives}
        names = {name for _, name in there}
        unseen: list[Run] = []
        lost: list[Run] = []
        for run in untold:
            name, storage = tail(run.archive), self._places.storage_of(run)
            if (storage, name) in there or (storage is None and name in names):
                continue
            listed = self._places.would_list(run, guest.vmid, into_directory=into_directory)
            if not listed:
                (lost if listed is None else unseen).append(run)
        return unseen, lost

    def _may_exist(self, run: Run, vmid: int, *, into_directory: bool) -> bool:
        """Whether a failed run may have left an archive that no listing shows: a prune or a hook failed after it."""
        written = run.archive_written is not False
        return written and not self._places.would_list(run, vmid, into_directory=into_directory)

    def _tasks_since(self, vmid: int, runs: tuple[Run, ...]) -> tuple[int | None, str | None]:
        if self._history is None:
            return None, None
        dark = [(self._ends[task.upid] + 1, task.node) for task in self._dark if task.vmid in (None, vmid)]
        dark.extend((self._ends.get(run.upid, run.at) + 1, run.node) for run in runs if run.upid in self._dark_runs)
        return max(self._history, *dark) if dark else self._history


def _by_vmid(items: Iterable[_Item]) -> Mapping[int, tuple[_Item, ...]]:
    found: dict[int, list[_Item]] = defaultdict(list)
    for item in items:
        if item.vmid is not None:
            found[item.vmid].append(item)
    return {vmid: tuple(listed) for vmid, listed in found.items()}


def _surely_since(found: Iterable[Backup | Run], archives: Iterable[Backup]) -> int | None:
    """Return the epoch of the newest good backup as far as it is certain; None when there is none.

    Args:
        found: the good backups, newest first.
        archives: all of the guest; doubt in one is doubt in each of the same name, which may be a copy of it.
    """
    doubted = {archive.volid: archive.doubt[0] for archive in archives if archive.doubt is not None}
    if not doubted:
        return next((each.at for each in found), None)
    surely = (doubted.get(each.volid, each.at) if isinstance(each, Backup) else each.at for each in found)
    return max(surely, default=None)


def _carried_elsewhere(runs: Iterable[Run], archives: Iterable[Backup]) -> Iterable[int]:
    """Yield the epochs of successful runs whose snapshot is not good where it was made: a sync job may have carried it.

    Snapshots of a backup server alone are carried; files stay where they are.
    """
    good = {tail(archive.volid) for archive in archives if archive.good}
    for run in runs:
        name = tail(run.archive)
        if run.result is RunResult.OK and name.startswith(SNAPSHOTS) and name not in good:
            yield run.at


def _dark_tasks(tasks: Iterable[Task]) -> Iterable[Task]:
    """Yield the tasks that may have backed up guests of which nothing is known."""
    for task in tasks:
        unread = task.log in (LogState.GONE, LogState.NOT_SEEN)
        if unread and task.vmid is None and not (task.status or "").startswith(_NOTHING_TRIED):
            yield task
