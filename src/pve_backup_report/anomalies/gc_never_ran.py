"""A datastore whose garbage collection never ran, or that nothing starts."""

from collections.abc import Iterator

from pve_backup_report.anomalies.datastores import datastores
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import JobResult


def _find(analysis: Analysis) -> Iterator[Finding]:
    for server, datastore in datastores(analysis):
        gc = datastore.gc
        if gc is None or not any(namespace.snapshots for namespace in datastore.namespaces):
            continue
        never = gc.last_result is JobResult.NEVER
        if never or gc.schedule is None:
            yield Finding(
                subject=f"pbs/{server.name}",
                details={
                    "server": server.name,
                    "datastore": datastore.name,
                    "last_at": gc.last_end,
                    "scheduled": gc.schedule is not None,
                },
                severity=None if never else Severity.NOTICE,
            )


GC_NEVER_RAN = Rule(
    code="gc-never-ran",
    severity=Severity.WARNING,
    component="pbs",
    message="Nothing frees the room of what is pruned from datastore {datastore} on {server}. Last garbage "
    "collection: {last_at}. Scheduled: {scheduled}.",
    remedy="Set a schedule on {server} under Datastore > {datastore} > Prune & GC Jobs, such as daily, and run it "
    "once.",
    find=_find,
)
