"""A garbage collection that failed."""

from collections.abc import Iterator

from pve_backup_report.anomalies.datastores import datastores
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import JobResult


def _find(analysis: Analysis) -> Iterator[Finding]:
    for server, datastore in datastores(analysis):
        if datastore.gc is not None and datastore.gc.last_result is JobResult.FAILED:
            yield Finding(
                subject=f"pbs/{server.name}",
                details={
                    "server": server.name,
                    "datastore": datastore.name,
                    "error": datastore.gc.last_message,
                    "ended_at": datastore.gc.last_end,
                },
            )


GC_FAILED = Rule(
    code="gc-failed",
    severity=Severity.WARNING,
    component="pbs",
    message="The last garbage collection of datastore {datastore} on {server}, at {ended_at}, failed: {error}. What "
    "was pruned still takes its room.",
    remedy="Read the task log on {server} under Datastore > {datastore} > Prune & GC Jobs.",
    find=_find,
)
