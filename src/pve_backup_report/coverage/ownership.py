"""Whether a snapshot on a backup server is of this cluster's guest, or of another cluster's with the same id.

Two clusters may write into one namespace. Then only the owner of a group, the notes and our own task logs tell their
guests apart, and where these do not, nothing is chosen.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest

_GUEST_NAME = "{{guestname}}"


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
        told: (storage, name) of each archive of which one of our own logs tells.
        named_on: storages to which a job writes that puts the guest's name into the notes.
        notes: (time, notes) of each snapshot that has notes, by (storage, vmid).
    """

    writers: Mapping[str, frozenset[str]]
    told: frozenset[tuple[str | None, str]]
    named_on: frozenset[str | None]
    notes: Mapping[tuple[str, int], tuple[tuple[int, str], ...]]

    @classmethod
    def of(cls, cluster: Cluster) -> "Ownership":
        """Gather what a cluster knows."""
        by_place: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for storage in cluster.storages:
            if storage.target is not None:
                by_place[storage.place].add(storage.target.username)
        notes: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
        for backup in cluster.backups:
            if backup.owner is not None and backup.vmid is not None and backup.notes:
                notes[backup.storage, backup.vmid].append((backup.at, backup.notes))
        return cls(
            writers={
                storage.id: frozenset(by_place[storage.place])
                for storage in cluster.storages
                if storage.target is not None
            },
            told=frozenset((run.storage, tail(run.archive)) for run in cluster.runs if run.archive is not None),
            named_on=frozenset(job.storage for job in cluster.jobs if _GUEST_NAME in (job.notes_template or "")),
            notes={key: tuple(told) for key, told in notes.items()},
        )

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
        if backup.owner is None or (backup.storage, tail(backup.volid)) in self.told:
            return Whose.OURS
        if not self.is_written_by_us(backup):
            return Whose.OTHERS
        if not backup.notes or guest.name is None or backup.storage not in self.named_on or guest.name in backup.notes:
            return Whose.OURS
        # The notes name somebody else: the guest under an older name, unless its present name came before.
        told = self.notes.get((backup.storage, guest.vmid), ())
        present = min((at for at, notes in told if guest.name in notes), default=None)
        return Whose.OURS if present is not None and backup.at < present else Whose.UNCERTAIN
