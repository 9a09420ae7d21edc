"""An enabled job that selects no guest."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.job import Selection
from pve_backup_report.model.verdict import JobVerdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    cluster = analysis.cluster
    if not cluster.sight.guests or not cluster.guests:
        return
    nodes = {node.name for node in cluster.nodes}
    for job in analysis.jobs:
        if job.job.enabled and job.guests == () and not _has_own_alarm(job, nodes):
            yield Finding(
                subject=f"job/{job.job.id}",
                details={"job": job.job.id, "pool": job.job.pool, "node": job.job.node},
            )


def _has_own_alarm(job: JobVerdict, nodes: set[str]) -> bool:
    """Whether another rule tells why nothing is selected."""
    return (
        bool(job.orphans)
        or job.pool_state == "missing"
        or job.job.selection is Selection.NONE
        or (job.job.selection is Selection.VMID and job.job.vmids is None)
        or (job.job.node is not None and job.job.node not in nodes)
    )


JOB_SELECTS_NOTHING = Rule(
    code="job-selects-nothing",
    severity=Severity.WARNING,
    component="job",
    message="Backup job {job} selects no guest. Its pool: {pool}. Its node: {node}.",
    remedy="Open the job under Datacenter > Backup > Edit: an empty pool, a node without the chosen guests, or an "
    "exclude list that names every guest leaves nothing to do.",
    find=_find,
)
