"""Jobs of backup servers whose last run failed."""

from collections.abc import Iterator

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding
from pve_backup_report.model.pbs import JobKind, JobResult


def failed_jobs(analysis: Analysis, kind: JobKind) -> Iterator[Finding]:
    """Yield a finding for every enabled job of a kind whose last run ended with an error.

    Args:
        analysis: the cluster and the conclusions.
        kind: prune, verify or sync.
    """
    for server in analysis.cluster.pbs:
        for job in server.jobs:
            if job.kind is kind and job.enabled and job.state.last_result is JobResult.FAILED:
                yield Finding(
                    subject=f"pbs/{server.name}",
                    details={
                        "server": server.name,
                        "job": job.id,
                        "datastore": job.datastore,
                        "remote": job.remote,
                        "error": job.state.last_message,
                        "ended_at": job.state.last_end,
                    },
                )
