"""The evidence: every guest's archives and runs, and how far back nothing can have been missed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from pve_backup_report.coverage.history import history_since
from pve_backup_report.coverage.one_place import of_one_place, once
from pve_backup_report.coverage.ownership import Ownership, Whose
from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest, GuestType
from pve_backup_report.model.task import LogState, Run, RunResult, Task
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
        foreign: listed backups under its id that are older than the guest, of the other type, or another cluster's.
        uncertain: listed backups under its id that may be another cluster's.
        runs: its part in tasks, newest first.
        successes: good backups that exist as far as can be seen, newest first; renamed files, whose time only says
            that they are no younger, come last.
        dated_at: epoch of the newest success that is no renamed file; None when there is none.
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
    foreign: tuple[Backup, ...]
    uncertain: tuple[Backup, ...]
    runs: tuple[Run, ...]
    successes: tuple[Success, ...]
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
        return sum(archive.good for archive in self.archives) if self.archives_seen else None


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
        self._archives = _by_vmid(cluster.backups)
        self.ownership = Ownership.of(cluster)
        self._runs = _by_vmid(cluster.runs)
        self._listings = {(listing.storage, listing.node): listing for listing in cluster.listings}
        self._storages = {storage.id: storage for storage in cluster.storages}
        self._doubled = of_one_place(cluster.storages)
        whole = {place for place, listing in self._listings.items() if listing.whole}
        unseen = [place for place in _places(cluster) if place not in whole]
        some = {place for place, listing in self._listings.items() if listing.whole_for}
        self._places = [place for place in unseen if place in some]
        self._unseen_by_all = {node for storage, node in unseen if (storage, node) not in some}
        self._disabled = any(storage.takes_backups and not storage.enabled for storage in cluster.storages)
        self._now = cluster.asked_at
        self._storages_seen = cluster.sight.storages
        self._history = history_since(cluster)
        self._dark = sorted(_dark_tasks(cluster.tasks), key=lambda task: task.start)
        self._ends = {task.upid: cluster.asked_at if task.end is None else task.end for task in cluster.tasks}
        self._dark_runs = {run.upid for run in cluster.runs if run.result is RunResult.UNKNOWN}

    def of(self, guest: Guest, *, into_directory: bool = False) -> GuestEvidence:
        """Return the evidence for one guest.

        Args:
            guest: the guest.
            into_directory: a job backs it up into a plain directory, which no listing shows.
        """
        listed = self._archives.get(guest.vmid, ())
        whose = [self._whose(backup, guest) for backup in listed]
        own, foreign, uncertain = (
            tuple(backup for backup, told in zip(listed, whose, strict=True) if told is each)
            for each in (Whose.OURS, Whose.OTHERS, Whose.UNCERTAIN)
        )
        runs = tuple(run for run in self._runs.get(guest.vmid, ()) if guest.born is None or run.at >= guest.born)
        durations = [run.duration_s for run in runs if run.result is RunResult.OK and run.duration_s is not None]
        successes = self._successes(guest, own, runs, into_directory=into_directory)
        renamed = [_from_archive(backup, None) for backup in own if backup.good and backup.renamed]
        perhaps = [run.at for run in runs if self._may_exist(run, guest.vmid, into_directory=into_directory)]
        perhaps.extend(backup.doubt[1] for backup in own if backup.good and backup.doubt is not None)
        perhaps.extend(backup.at for backup in uncertain if backup.good)
        perhaps.extend(success.at for success in successes if success.at > self._now + _AHEAD_S)
        perhaps.extend(success.at for success in renamed)
        since, end_on = self._tasks_since(guest.vmid, runs)
        unseen = self._unseen_of(guest.vmid)
        if unseen or not self._storages_seen:
            perhaps.extend(_carried_elsewhere(runs, own))
        return GuestEvidence(
            archives=once(own, self._doubled),
            foreign=foreign,
            uncertain=once(uncertain, self._doubled),
            runs=runs,
            successes=(*successes, *renamed),
            dated_at=_surely_since((success for success in successes if success.at <= self._now + _AHEAD_S), own),
            nothing_hidden=self._storages_seen and not unseen and not into_directory and not self._disabled,
            archives_seen=self._storages_seen and not unseen and not into_directory,
            tasks_since=since,
            tasks_end_on=end_on,
            local_unseen=self._storages_seen and None not in unseen and unseen.isdisjoint(run.node for run in runs),
            perhaps=tuple(sorted(set(perhaps))),
            usual_duration_s=int(median(durations)) if durations else None,
        )

    def _whose(self, backup: Backup, guest: Guest) -> Whose:
        return self.ownership.whose(backup, guest) if _is_of(backup, guest) else Whose.OTHERS

    def _unseen_of(self, vmid: int) -> set[str | None]:
        """Return the nodes of places that may hold a backup of the guest and did not list it; None for a shared one."""
        return self._unseen_by_all | {node for storage, node in self._places if not self._covered(storage, node, vmid)}

    def _covered(self, storage: str, node: str | None, vmid: int) -> bool:
        """Whether every backup of the guest on this storage was listed."""
        listing = self._listings.get((storage, node))
        return listing is not None and listing.covers(vmid)

    def _successes(
        self, guest: Guest, archives: tuple[Backup, ...], runs: tuple[Run, ...], *, into_directory: bool
    ) -> tuple[Success, ...]:
        ran = [(run.storage, tail(run.archive)) for run in runs]
        listed = [(backup.storage, tail(backup.volid)) for backup in archives]
        told = {name: run for name, run in zip(ran, runs, strict=True) if run.archive is not None}
        found = [
            _from_archive(backup, told.get(name))
            for name, backup in zip(listed, archives, strict=True)
            if backup.good and not backup.renamed
        ]
        there = set(listed)
        for name, run in zip(ran, runs, strict=True):
            if run.result is not RunResult.OK or name in there:
                continue
            if not self._would_be_listed(run, guest.vmid, into_directory=into_directory):
                found.append(_from_run(run))
        found.sort(key=lambda success: (-success.at, success.source, success.volid or ""))
        return tuple(found)

    def _may_exist(self, run: Run, vmid: int, *, into_directory: bool) -> bool:
        """Whether a failed run may have left an archive that no listing shows: a prune or a hook failed after it."""
        written = run.archive_written is not False
        return (
            run.result.ended_badly and written and not self._would_be_listed(run, vmid, into_directory=into_directory)
        )

    def _would_be_listed(self, run: Run, vmid: int, *, into_directory: bool) -> bool:
        """Whether the backup of a successful run would be listed if it still existed."""
        storage = self._storages.get(run.storage or "")
        if storage is not None:
            return self._covered(storage.id, None if storage.shared else run.node, vmid)
        if run.storage is None and run.archive is None:  # the log that names the place was not read
            return self._storages_seen and not self._unseen_of(vmid) and not into_directory
        return False

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


def _places(cluster: Cluster) -> tuple[tuple[str, str | None], ...]:
    """Return every place that could get a backup: a shared storage once, another one on each node."""
    places: list[tuple[str, str | None]] = []
    for storage in cluster.storages:
        if not (storage.takes_backups and storage.enabled):
            continue
        if storage.shared:
            places.append((storage.id, None))
        else:
            places.extend((storage.id, node.name) for node in cluster.nodes if storage.on_node(node.name))
    return tuple(places)


def _surely_since(successes: Iterable[Success], archives: Iterable[Backup]) -> int | None:
    """Return the epoch of the newest success as far as it is certain; None when there is none.

    Args:
        successes: newest first.
        archives: the backups that they may be.
    """
    doubted = {archive.volid: archive.doubt[0] for archive in archives if archive.doubt is not None}
    if not doubted:
        return next((success.at for success in successes), None)
    return max((doubted.get(success.volid or "", success.at) for success in successes), default=None)


def _carried_elsewhere(runs: Iterable[Run], archives: Iterable[Backup]) -> Iterable[int]:
    """Yield the epochs of successful runs whose snapshot is not good where it was made: a sync job may have carried it.

    Snapshots of a backup server alone are carried; files stay where they are.
    """
    good = {tail(archive.volid) for archive in archives if archive.good}
    for run in runs:
        name = tail(run.archive)
        if run.result is RunResult.OK and name.startswith(("vm/", "ct/")) and name not in good:
            yield run.at


def _dark_tasks(tasks: Iterable[Task]) -> Iterable[Task]:
    """Yield the tasks that may have backed up guests of which nothing is known."""
    for task in tasks:
        unread = task.log in (LogState.GONE, LogState.NOT_SEEN)
        if unread and task.vmid is None and not (task.status or "").startswith(_NOTHING_TRIED):
            yield task


def _is_of(backup: Backup, guest: Guest) -> bool:
    """Whether a backup under the guest's id is of this guest, not of an earlier one with the same id."""
    return backup.type in _KINDS[guest.type] and (guest.born is None or backup.at >= guest.born)


def _from_archive(backup: Backup, run: Run | None) -> Success:
    return Success(
        at=backup.at,
        source=backup.source,
        storage=backup.storage,
        volid=backup.volid,
        size=backup.size,
        duration_s=run.duration_s if run is not None else None,
        verified=backup.verified,
        encrypted=backup.encrypted,
        protected=backup.protected,
    )


def _from_run(run: Run) -> Success:
    return Success(
        at=run.at,
        source="task",
        storage=run.storage,
        volid=None,
        size=run.size,
        duration_s=run.duration_s,
        verified=None,
        encrypted=None,
        protected=None,
    )
