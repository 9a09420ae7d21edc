"""The datastores of every backup server that was asked, each with its server."""

from collections.abc import Iterator

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.pbs import Datastore, PbsServer


def datastores(analysis: Analysis) -> Iterator[tuple[PbsServer, Datastore]]:
    """Yield every datastore with its server, in the order of the settings, then by name."""
    for server in analysis.cluster.pbs:
        for datastore in server.datastores:
            yield server, datastore


def storages_on(analysis: Analysis, server: PbsServer, datastore: Datastore) -> tuple[str, ...]:
    """Return the storages of the cluster that are on a datastore, sorted."""
    place = ("pbs", f"server={server.name}", f"datastore={datastore.name}")
    return tuple(sorted(storage.id for storage in analysis.cluster.storages if storage.place[:3] == place))
