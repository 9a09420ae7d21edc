"""Two storages of one place list the same backups: each counts once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.storage import Storage

Places = Mapping[str, tuple[str, ...]]
"""The place of each storage that shares it with another one, by storage."""


def of_one_place(storages: Iterable[Storage]) -> Places:
    """Return the storages that share their place with another one.

    Args:
        storages: all of the cluster.
    """
    by_place: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for storage in storages:
        if len(storage.place) > 1:
            by_place[storage.place].append(storage.id)
    return {name: place for place, names in by_place.items() if len(names) > 1 for name in names}


def once(backups: tuple[Backup, ...], shared: Places) -> tuple[Backup, ...]:
    """Return the backups without those that a second storage of the same place lists again.

    Args:
        backups: in any order; of those that are the same the first is kept.
        shared: what ``of_one_place`` returns.
    """
    if not shared:  # as in nearly every cluster
        return backups
    seen: set[tuple[tuple[str, ...], str | None, str]] = set()
    found = []
    for backup in backups:
        place = shared.get(backup.storage)
        if place is not None:
            key = (place, backup.node, tail(backup.volid))
            if key in seen:
                continue
            seen.add(key)
        found.append(backup)
    return tuple(found)
