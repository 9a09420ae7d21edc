"""Which PVE storage is which datastore and namespace of a backup server that was asked itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pve_backup_report.model.backup import Backup, Listing
from pve_backup_report.model.pbs import Namespace, PbsServer
from pve_backup_report.model.storage import PbsTarget, Storage


@dataclass(frozen=True, slots=True)
class PbsPlace:
    """Where a storage's backups really lie.

    Attributes:
        server: the backup server's name in the settings.
        datastore: the datastore.
        namespace: empty for the root.
    """

    server: str
    datastore: str
    namespace: str


def places_of(storages: Iterable[Storage], servers: Iterable[PbsServer]) -> Mapping[str, PbsPlace]:
    """Return the place of every storage that is on one of the servers, by storage id.

    Args:
        storages: all the storages.
        servers: the servers that were asked.
    """
    known = tuple(servers)
    found = {}
    for storage in storages:
        if storage.target is None:
            continue
        server = _server_of(storage.target, known)
        if server is not None:
            found[storage.id] = PbsPlace(server.name, storage.target.datastore, storage.target.namespace)
    return found


def placed(storages: Iterable[Storage], places: Mapping[str, PbsPlace]) -> tuple[Storage, ...]:
    """Return the storages with one and the same ``place`` for those that are one, whatever they call their server."""
    return tuple(replace(storage, place=_place(storage, places)) for storage in storages)


def snapshots_by_storage(
    places: Mapping[str, PbsPlace], servers: Iterable[PbsServer]
) -> tuple[tuple[Backup, ...], tuple[Listing, ...]]:
    """Return the snapshots of joined storages as those storages' backups, and what their listings prove.

    Args:
        places: of each joined storage.
        servers: the servers that were asked.
    """
    by_name = {server.name: server for server in servers}
    backups: list[Backup] = []
    listings: list[Listing] = []
    for storage, place in sorted(places.items()):
        namespace = _namespace_of(by_name[place.server], place)
        if namespace is None:
            continue
        listings.append(Listing(storage, None, namespace.whole, frozenset()))
        backups.extend(
            replace(snapshot, storage=storage, volid=f"{storage}:backup/{snapshot.volid}")
            for snapshot in namespace.snapshots
            if snapshot.vmid is not None  # PVE lists neither hosts nor ids that are no number
        )
    return tuple(backups), tuple(listings)


def _place(storage: Storage, places: Mapping[str, PbsPlace]) -> tuple[str, ...]:
    place = places.get(storage.id)
    if place is None:
        return storage.place
    return ("pbs", f"server={place.server}", f"datastore={place.datastore}", f"namespace={place.namespace}")


def _namespace_of(server: PbsServer, place: PbsPlace) -> Namespace | None:
    for datastore in server.datastores:
        if datastore.name == place.datastore:
            return datastore.namespace(place.namespace)
    return None


def _server_of(target: PbsTarget, servers: tuple[PbsServer, ...]) -> PbsServer | None:
    """Return the server that a storage is on: by certificate, else by address, else by name.

    A certificate is one server's own. Where both are known and differ it is another server, or one that the cluster
    could not talk to.
    """
    for same in (_same_certificate, _same_address, _same_name):
        found = [server for server in servers if same(target, server)]
        if len(found) == 1:
            return found[0]
    return None


def _same_certificate(target: PbsTarget, server: PbsServer) -> bool:
    return target.fingerprint is not None and target.fingerprint == server.fingerprint


def _may_be(target: PbsTarget, server: PbsServer) -> bool:
    return target.fingerprint is None or server.fingerprint is None or target.fingerprint == server.fingerprint


def _same_address(target: PbsTarget, server: PbsServer) -> bool:
    return _may_be(target, server) and f"{target.server}:{target.port}".casefold() == server.address.casefold()


def _same_name(target: PbsTarget, server: PbsServer) -> bool:
    short = target.server.partition(".")[0].casefold()
    holds = any(datastore.name == target.datastore for datastore in server.datastores)
    return _may_be(target, server) and holds and server.name.casefold() in (target.server.casefold(), short)
