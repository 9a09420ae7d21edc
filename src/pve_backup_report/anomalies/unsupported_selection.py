"""An enabled job that chooses its guests in a way that Proxmox VE itself never stores."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.job import Job, Selection


def _find(analysis: Analysis) -> Iterator[Finding]:
    for job in analysis.cluster.jobs:
        problem = _problem(job)
        if job.enabled and problem is not None:
            yield Finding(
                subject=f"job/{job.id}",
                details={"job": job.id, "problem": problem},
                # a run of it does back up every guest that is not on the list
                severity=Severity.NOTICE if problem == "exclude-alone" else None,
            )


def _problem(job: Job) -> str | None:
    if job.selection is Selection.EXCLUDE:
        return "exclude-alone"
    if job.selection is Selection.NONE:
        return "nothing-chosen"
    return "unreadable-vmid-list" if job.selection is Selection.VMID and job.vmids is None else None


UNSUPPORTED_SELECTION = Rule(
    code="unsupported-selection",
    severity=Severity.WARNING,
    component="job",
    message="Backup job {job} chooses its guests in a way that Proxmox VE itself never stores: the file was probably "
    "edited by hand.",
    remedy="Open the job under Datacenter > Backup > Edit and choose guests, a pool, or all. With an exclude list "
    "alone a run takes every other guest while Proxmox VE’s own lists show none; with nothing chosen, or a list of "
    "ids that cannot be read, it takes none at all.",
    find=_find,
)
