"""The places that backups may lie in: which of them were listed, and which one a run wrote to."""

from collections.abc import Iterable

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.task import Run


class Places:
    """The places of a whole cluster: a shared storage is one, another one is one on each node.

    Attributes:
        known: every storage of the cluster was seen.
        disabled: a storage for backups is disabled today, and may hold some all the same.
    """

    def __init__(self, cluster: Cluster) -> None:
        """Lay out the places.

        Args:
            cluster: the normalized tape.
        """
        self.known = cluster.sight.storages
        self.disabled = any(storage.takes_backups and not storage.enabled for storage in cluster.storages)
        self._storages = {storage.id: storage for storage in cluster.storages}
        self._by_directory = {
            directory: storage.id for storage in cluster.storages for directory in _directories(storage)
        }
        self._listings = {(listing.storage, listing.node): listing for listing in cluster.listings}
        self._all = dict.fromkeys(_places(cluster))
        whole = {place for place, listing in self._listings.items() if listing.whole}
        some = {place for place, listing in self._listings.items() if listing.whole_for}
        unseen = [place for place in self._all if place not in whole]
        self._seen_by_some = [place for place in unseen if place in some]
        self._unseen_by_all = {node for storage, node in unseen if (storage, node) not in some}

    def unseen_of(self, vmid: int) -> set[str | None]:
        """Return the nodes of places that may hold a backup of the guest and did not list it; None for a shared one."""
        some = {node for storage, node in self._seen_by_some if not self._covered(storage, node, vmid)}
        return self._unseen_by_all | some

    def would_list(self, run: Run, vmid: int, *, into_directory: bool) -> bool | None:
        """Tell whether the backup of a successful run would be listed if it still existed.

        Args:
            run: the run.
            vmid: its guest.
            into_directory: a job backs the guest up into a plain directory, which no listing shows.

        Returns:
            None when no list is missing: the storage is gone, takes no backups any more, or is not on the run's node,
            or the directory is no storage's.
        """
        storage = self._storages.get(self.storage_of(run) or "")
        if storage is not None:
            place = (storage.id, None if storage.shared else run.node)
            if self._covered(*place, vmid):
                return True
            if place in self._all or (storage.takes_backups and not storage.enabled):
                return False
        if not self.known or into_directory or self.unseen_of(vmid):
            return False
        # without an archive the log that names the place was not read
        return True if storage is None and run.storage is None and run.archive is None else None

    def storage_of(self, run: Run) -> str | None:
        """Return the storage that a run wrote to; where its log does not name one, that of the archive's directory."""
        if run.storage is not None or run.archive is None:
            return run.storage
        return self._by_directory.get(run.archive.rpartition("/dump/")[0])

    def _covered(self, storage: str, node: str | None, vmid: int) -> bool:
        """Whether every backup of the guest on this storage was listed."""
        listing = self._listings.get((storage, node))
        return listing is not None and listing.covers(vmid)


def _places(cluster: Cluster) -> Iterable[tuple[str, str | None]]:
    """Yield every place that could get a backup."""
    for storage in cluster.storages:
        if not (storage.takes_backups and storage.enabled):
            continue
        if storage.shared:
            yield storage.id, None
        else:
            yield from ((storage.id, node.name) for node in cluster.nodes if storage.on_node(node.name))


def _directories(storage: Storage) -> Iterable[str]:
    """Yield where a node has a storage: at its path, or at that of its mount (pve-storage, ``path`` of the plugins)."""
    yield f"/mnt/pve/{storage.id}"
    yield from (part.removeprefix("path=") for part in storage.place if part.startswith("path="))
