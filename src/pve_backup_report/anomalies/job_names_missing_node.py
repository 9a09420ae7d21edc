"""An enabled job that may run on one node only, and that node is not in the cluster."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    nodes = {node.name for node in analysis.cluster.nodes}
    if not nodes:
        return
    for job in analysis.cluster.jobs:
        if job.enabled and job.node is not None and job.node not in nodes:
            yield Finding(subject=f"job/{job.id}", details={"job": job.id, "node": job.node})


JOB_NAMES_MISSING_NODE = Rule(
    code="job-names-missing-node",
    severity=Severity.ERROR,
    component="job",
    message="Backup job {job} runs on node {node} only, and the cluster has no such node: it never runs.",
    remedy="Open the job under Datacenter > Backup > Edit and choose all nodes, or the node its guests live on now.",
    find=_find,
)
