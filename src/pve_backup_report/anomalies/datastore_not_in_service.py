"""A datastore that takes no backups now, or cannot be read at all."""

from collections.abc import Iterator

from pve_backup_report.anomalies.datastores import datastores, storages_on
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for server, datastore in datastores(analysis):
        state = datastore.maintenance
        if state is None and datastore.mounted is False:
            state = "not mounted"
        if state is None and datastore.error is not None:
            state = datastore.error
        if state is not None:
            yield Finding(
                subject=f"pbs/{server.name}",
                details={
                    "server": server.name,
                    "datastore": datastore.name,
                    "state": state,
                    "storages": storages_on(analysis, server, datastore),
                },
            )


DATASTORE_NOT_IN_SERVICE = Rule(
    code="datastore-not-in-service",
    severity=Severity.WARNING,
    component="pbs",
    message="Datastore {datastore} on {server} is not in service: {state}. No backup can be written to it now. "
    "Storages of this cluster on it: {storages}.",
    remedy="End the maintenance on {server} under Datastore > {datastore} > Options when it is done, or mount the "
    "disk.",
    find=_find,
)
