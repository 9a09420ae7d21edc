"""A prune job that is switched off, or that nothing starts."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import JobKind


def _find(analysis: Analysis) -> Iterator[Finding]:
    for server in analysis.cluster.pbs:
        for job in server.jobs:
            if job.kind is JobKind.PRUNE and (not job.enabled or job.state.schedule is None):
                yield Finding(
                    subject=f"pbs/{server.name}",
                    details={
                        "server": server.name,
                        "job": job.id,
                        "datastore": job.datastore,
                        "namespace": job.namespace or "/",
                        "enabled": job.enabled,
                    },
                )


PRUNE_JOB_DISABLED = Rule(
    code="prune-job-disabled",
    severity=Severity.NOTICE,
    component="pbs",
    message="Prune job {job} on {server} never runs by itself: old backups in datastore {datastore}, from namespace "
    "{namespace} down, stay. Enabled: {enabled}.",
    remedy="Enable it on {server} under Datastore > {datastore} > Prune & GC Jobs, or remove it if something else "
    "prunes.",
    find=_find,
)
