"""A backup task that ended with an error although every guest in it was backed up."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.task import LogState, Run, RunResult, Task


def _find(analysis: Analysis) -> Iterator[Finding]:
    if not any(map(_failed_as_a_whole, analysis.cluster.tasks)):
        return
    runs: dict[str, list[Run]] = {}
    for run in analysis.cluster.runs:
        runs.setdefault(run.upid, []).append(run)
    told: set[str] = set()
    for task in analysis.cluster.tasks:  # the newest first
        tried = runs.get(task.upid, [])
        if task.running or not tried or task.node in told:
            continue
        told.add(task.node)
        if _failed_as_a_whole(task) and all(run.result is RunResult.OK for run in tried):
            yield Finding(
                subject=f"node/{task.node}",
                details={
                    "node": task.node,
                    "started_at": task.start,
                    "error": task.job_error,
                    "vmids": tuple(sorted({run.vmid for run in tried})),
                    "upid": task.upid,
                },
            )


def _failed_as_a_whole(task: Task) -> bool:
    return task.log is LogState.READ and task.job_error is not None


RUN_FAILED_AFTER_GUESTS = Rule(
    code="run-failed-after-guests",
    severity=Severity.WARNING,
    component="evidence",
    message="The backup task of {started_at} on {node} ended with an error, although each guest that it tried was "
    "backed up: {error}. Guests: {vmids}. Others that it was to take may be missing.",
    remedy="Read the end of the task’s log under {node} > Task History. Most often the hook script failed at the end "
    "of the job, and what it was to do then was not done.",
    find=_find,
)
