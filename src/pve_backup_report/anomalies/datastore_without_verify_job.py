"""A datastore with backups that no verify job looks at."""

from collections.abc import Iterator

from pve_backup_report.anomalies.datastores import datastores
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import JobKind


def _find(analysis: Analysis) -> Iterator[Finding]:
    for server, datastore in datastores(analysis):
        if JobKind.VERIFY not in server.jobs_seen:
            continue
        without = [
            namespace.path or "/"
            for namespace in datastore.namespaces
            if namespace.snapshots
            and not any(
                job.state.schedule is not None
                for job in server.jobs_for(JobKind.VERIFY, datastore.name, namespace.path)
            )
        ]
        if without:
            yield Finding(
                subject=f"pbs/{server.name}",
                details={
                    "server": server.name,
                    "datastore": datastore.name,
                    "namespaces": tuple(without),
                    "verify_new": datastore.verify_new,
                },
                severity=Severity.INFO if datastore.verify_new else None,
            )


DATASTORE_WITHOUT_VERIFY_JOB = Rule(
    code="datastore-without-verify-job",
    severity=Severity.NOTICE,
    component="pbs",
    message="No scheduled verify job looks at backups in datastore {datastore} on {server}. Namespaces: {namespaces}. "
    "New backups are verified at once: {verify_new}.",
    remedy="Add one on {server} under Datastore > {datastore} > Verify Jobs: it is the only thing that finds damage "
    "before a restore does.",
    find=_find,
)
