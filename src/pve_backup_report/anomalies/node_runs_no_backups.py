"""A node on which backups were due and no backup task started."""

from collections.abc import Iterator
from dataclasses import dataclass

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Freshness, GuestVerdict


@dataclass(frozen=True, slots=True)
class IdleNode:
    """One node.

    Attributes:
        name: the node.
        newest_task: epoch of its newest backup task; None when its whole history holds none.
        late: its guests whose last good backup is older than their schedule allows and not older than that task.
    """

    name: str
    newest_task: int | None
    late: tuple[GuestVerdict, ...]


def idle_nodes(analysis: Analysis) -> tuple[IdleNode, ...]:
    """Return the nodes that started no backup task since their late guests' last good backups.

    Args:
        analysis: the cluster and the conclusions.
    """
    newest: dict[str, int] = {}
    for task in analysis.cluster.tasks:
        newest[task.node] = max(task.start, newest.get(task.node, task.start))
    found = []
    for node in analysis.cluster.nodes:
        if not node.tasks_seen or node.history_since is None:
            continue
        since = max(node.history_since, newest.get(node.name, node.history_since))
        late = tuple(
            verdict
            for verdict in analysis.guests
            if verdict.guest.node == node.name
            and verdict.freshness is Freshness.LATE
            and verdict.last_success is not None
            and verdict.last_success.at >= since
        )
        if late:
            found.append(IdleNode(node.name, newest.get(node.name), late))
    return tuple(found)


def _find(analysis: Analysis) -> Iterator[Finding]:
    for node in idle_nodes(analysis):
        jobs = {match.job: None for verdict in node.late for match in verdict.jobs if match.effective}
        yield Finding(
            subject=f"node/{node.name}",
            details={
                "node": node.name,
                "newest_task_at": node.newest_task,
                "jobs": tuple(jobs),
                "vmids": tuple(verdict.guest.vmid for verdict in node.late),
            },
        )


NODE_RUNS_NO_BACKUPS = Rule(
    code="node-runs-no-backups",
    severity=Severity.WARNING,
    component="node",
    message="Backups were due on {node}, and no backup task has started there. Newest one: {newest_task_at}. Jobs: "
    "{jobs}. Guests whose backup is late: {vmids}.",
    remedy="See on {node} whether the scheduler runs (systemctl status pvescheduler) and what it says (journalctl -u "
    "pvescheduler). A job can also die there before it becomes a task.",
    find=_find,
)
