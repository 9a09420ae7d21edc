"""Whether a snapshot on a backup server is of this cluster's guest, or of another cluster's with the same id.

Two clusters may write into one namespace. Then only our own tasks, the owner of a group and the notes tell their guests
apart, and where these do not, nothing is chosen.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from pve_backup_report.coverage.history import history_since
from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.task import LogState, Task

_GUEST_NAME = "{{guestname}}"
_SLACK_S = 120  # a task and its snapshot do not begin in the same second, nor end
_LATELY_S = 2 * 86400


class Whose(StrEnum):
    """Whose backup it is."""

    OURS = "ours"
    OTHERS = "others"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Ownership:
    """What a cluster knows of who writes into its places.

    Attributes:
        writers: the users that this cluster's storages write as, by storage id; a place that has two names has the
            users of both.
        told: name of each snapshot of which one of our own logs tells, wherever it lies now: a sync job keeps names.
        groups: (storage, group) that holds such a snapshot; a group is ``vm/100``.
        unread: tasks whose logs were not read, and which may have made any backup of their time, by their one guest.
        since: epoch since which all our tasks are known; None when that is not proven.
        templates: the notes that the jobs give their backups, by storage; None for those without.
        notes: (time, notes) of each snapshot that has notes, by (storage, vmid).
        shared: storages into whose place somebody else surely writes as well.
    """

    writers: Mapping[str, frozenset[str]]
    told: frozenset[str]
    groups: frozenset[tuple[str, str]]
    unread: Mapping[int | None, "_Spans"]
    since: int | None
    templates: Mapping[str | None, frozenset[str | None]]
    notes: Mapping[tuple[str, int], tuple[tuple[int, str], ...]]
    shared: frozenset[str]

    @classmethod
    def of(cls, cluster: Cluster) -> "Ownership":
        """Gather what a cluster knows."""
        # only a backup server tells owners: without, nobody asks which of the names are our own
        owned = {backup.storage for backup in cluster.backups if backup.owner is not None}
        runs, backups = (cluster.runs, cluster.backups) if owned else ((), ())
        told = frozenset(tail(run.archive) for run in runs if run.archive is not None)
        notes: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
        for backup in backups:
            if backup.owner is not None and backup.vmid is not None and backup.notes:
                notes[backup.storage, backup.vmid].append((backup.at, backup.notes))
        templates: dict[str | None, set[str | None]] = defaultdict(set)
        for job in cluster.jobs:
            templates[job.storage].add(job.notes_template)
        reach = history_since(cluster)
        alone = cls(
            writers=_writers(cluster),
            told=told,
            groups=frozenset(
                (backup.storage, _group(backup))
                for backup in backups
                if backup.storage in owned and tail(backup.volid) in told
            ),
            unread=_unread(cluster),
            since=(reach[0] or None) if reach is not None else None,  # an empty history is that of a new machine
            templates={storage: frozenset(each) for storage, each in templates.items()},
            notes={key: tuple(listed) for key, listed in notes.items()},
            shared=frozenset(),
        )
        return _with_shared(alone, cluster) if owned else alone

    def is_written_by_us(self, backup: Backup) -> bool:
        """Whether this cluster's own storages write as the backup's owner; so for one whose owner is not told."""
        writers = self.writers.get(backup.storage)
        return backup.owner is None or not writers or backup.owner in writers

    def whose(self, backup: Backup, guest: Guest) -> Whose:
        """Tell whose a backup is that lies under a guest's id.

        Args:
            backup: what was listed.
            guest: the guest of this cluster with that id.
        """
        if backup.owner is None:
            return Whose.OURS  # only a backup server tells owners; without, nothing speaks against it
        made = self.made_by_us(backup)
        named = bool(backup.notes) and guest.name is not None and _names(guest.name, backup.notes or "")
        if made or (named and self.is_written_by_us(backup)):
            return Whose.OURS
        another = bool(backup.notes) and guest.name is not None and not named
        if not self.is_written_by_us(backup) and (backup.storage, _group(backup)) not in self.groups:
            # A group has one owner: either another cluster made it, or ours did and it was given to somebody else.
            return Whose.OTHERS if another or made is False else Whose.UNCERTAIN
        if made is False:
            return Whose.OTHERS if another else Whose.UNCERTAIN
        return self._by_notes(backup, guest) if another else Whose.OURS

    def made_by_us(self, backup: Backup) -> bool | None:
        """Tell whether one of our own tasks made a snapshot; None when not every task of its time is known."""
        if tail(backup.volid) in self.told:
            return True
        if self.since is None or backup.at < self.since:
            return None
        spans = [self.unread[vmid] for vmid in (None, backup.vmid) if vmid in self.unread]
        return None if any(each.hold(backup.at) for each in spans) else False

    def _by_notes(self, backup: Backup, guest: Guest) -> Whose:
        """Judge a snapshot by notes that do not name the guest, when no task tells."""
        templates = self.templates.get(backup.storage, frozenset())
        if any(_GUEST_NAME in (template or "") for template in templates):
            # the guest under an older name, unless its present name came before
            told = self.notes.get((backup.storage, guest.vmid), ())
            present = min((at for at, notes in told if _names(guest.name or "", notes)), default=None)
            return Whose.OURS if present is not None and backup.at < present else Whose.UNCERTAIN
        written_by_hand = backup.notes not in templates
        return Whose.UNCERTAIN if written_by_hand and backup.storage in self.shared else Whose.OURS


def _with_shared(ownership: Ownership, cluster: Cluster) -> Ownership:
    """Return the same with the storages into whose place somebody else writes.

    That is so when a snapshot was surely not made by our tasks, and when an id that is no guest of ours gets new ones.
    """
    known = {guest.vmid for guest in cluster.guests}
    shared = {
        backup.storage
        for backup in cluster.backups
        if backup.owner is not None
        and (
            ownership.made_by_us(backup) is False
            or (cluster.sight.guests and backup.vmid not in known and backup.at > cluster.asked_at - _LATELY_S)
        )
    }
    return replace(ownership, shared=frozenset(shared))


def _group(backup: Backup) -> str:
    return tail(backup.volid).rpartition("/")[0]


def _writers(cluster: Cluster) -> Mapping[str, frozenset[str]]:
    by_place: dict[tuple[str, ...], set[str]] = defaultdict(set)
    targets = [(storage, storage.target) for storage in cluster.storages if storage.target is not None]
    for storage, target in targets:
        by_place[storage.place].add(target.username)
    return {storage.id: frozenset(by_place[storage.place]) for storage, _ in targets}


@dataclass(frozen=True, slots=True)
class _Spans:
    """When tasks ran, laid out so that a time is looked up at once.

    Attributes:
        starts: epochs, ascending.
        ends: for each the latest end of all tasks that began until then.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, tasks: Iterable[Task], now: int) -> "_Spans":
        """Lay the tasks out."""
        spans = sorted((task.start - _SLACK_S, (now if task.end is None else task.end) + _SLACK_S) for task in tasks)
        return cls(tuple(start for start, _ in spans), tuple(accumulate((end for _, end in spans), max)))

    def hold(self, at: int) -> bool:
        """Whether any task was running."""
        place = bisect_right(self.starts, at)
        return place > 0 and at <= self.ends[place - 1]


def _unread(cluster: Cluster) -> Mapping[int | None, _Spans]:
    by_guest: dict[int | None, list[Task]] = defaultdict(list)
    for task in cluster.tasks:
        if task.log is not LogState.READ:
            by_guest[task.vmid].append(task)
    return {vmid: _Spans.of(tasks, cluster.asked_at) for vmid, tasks in by_guest.items()}


def _names(name: str, notes: str) -> bool:
    """Whether notes hold a guest's name as a word of its own."""
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", notes) is not None
