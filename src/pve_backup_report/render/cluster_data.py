"""Nodes, storages, pools, jobs and gaps as machines read them."""

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.gap import Gap
from pve_backup_report.model.job import Job
from pve_backup_report.model.node import Node
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.sight import Sight
from pve_backup_report.model.storage import Storage, StorageState
from pve_backup_report.model.verdict import JobVerdict
from pve_backup_report.render.data import Data
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.wording import Wording


def nodes_data(cluster: Cluster) -> list[Data]:
    """Return the nodes by name."""
    return [_node(node) for node in sorted(cluster.nodes, key=lambda node: node.name)]


def storages_data(cluster: Cluster) -> list[Data]:
    """Return the storages by id."""
    return [_storage(storage) for storage in sorted(cluster.storages, key=lambda storage: storage.id)]


def pools_data(cluster: Cluster) -> list[Data]:
    """Return the pools by id."""
    return [_pool(pool) for pool in sorted(cluster.pools, key=lambda pool: pool.id)]


def gaps_data(cluster: Cluster, wording: Wording) -> list[Data]:
    """Return what was not seen, by endpoint."""
    return [
        gap_data(gap, wording) for gap in sorted(cluster.gaps, key=lambda gap: (gap.endpoint, gap.kind, gap.detail))
    ]


def sight_data(sight: Sight) -> Data:
    """Return which lists are complete; a list that is not may be short, or empty, without being so."""
    return {"jobs": sight.jobs, "guests": sight.guests, "pools": sight.pools, "storages": sight.storages}


def job_data(job: Job) -> Data:
    """Return the job as the cluster stores it."""
    return {
        "id": job.id,
        "enabled": job.enabled,
        "schedule": job.schedule,
        "selection": str(job.selection),
        "storage": job.storage,
        "dumpdir": job.dumpdir,
        "node": job.node,
        "pool": job.pool,
        "vmids": None if job.vmids is None else sorted(job.vmids),
        "exclude": sorted(job.exclude),
        "legacy": job.legacy,
        "conflict": job.conflict,
        "retention": _retention(job.retention),
        "remove": job.remove,
        "mode": job.mode,
        "compress": job.compress,
        "comment": job.comment,
        "repeat_missed": job.repeat_missed,
        "protected": job.protected,
        "notes_template": job.notes_template,
        "next_run": rfc3339(job.next_run),
    }


def job_verdict_data(verdict: JobVerdict, effective: list[int]) -> Data:
    """Return the job with everything concluded about it.

    Args:
        verdict: the conclusions.
        effective: vmids of the guests for which it is effective, sorted.
    """
    return {
        **job_data(verdict.job),
        "guests": None if verdict.guests is None else sorted(verdict.guests),
        "effective_guests": effective,
        "missing_guests": sorted(verdict.orphans),
        "fires": verdict.fires,
        "schedule_error": verdict.schedule_error,
        "pool_state": verdict.pool_state,
        "last_due": rfc3339(verdict.last_due),
        "next_due": rfc3339(verdict.next_due),
    }


def _node(node: Node) -> Data:
    return {
        "name": node.name,
        "status": node.status,
        "online": node.online,
        "timezone": node.timezone,
        "clock_offset_s": node.clock_offset,
        "default_storage": node.default_storage,
        "default_dumpdir": node.default_dumpdir,
        "tasks_seen": node.tasks_seen,
        "history_since": rfc3339(node.history_since),
    }


def _storage(storage: Storage) -> Data:
    return {
        "id": storage.id,
        "type": storage.type,
        "content": sorted(storage.content),
        "enabled": storage.enabled,
        "nodes": None if storage.nodes is None else sorted(storage.nodes),
        "shared": storage.shared,
        "retention": _retention(storage.retention),
        "place": list(storage.place),
        "states": [_state(state) for state in sorted(storage.states, key=lambda state: state.node)],
    }


def _state(state: StorageState) -> Data:
    return {"node": state.node, "available": state.available, "used": state.used, "total": state.total}


def _pool(pool: Pool) -> Data:
    return {"id": pool.id, "comment": pool.comment}


def gap_data(gap: Gap, wording: Wording) -> Data:
    """Return one gap."""
    return {
        "endpoint": gap.endpoint,
        "reason": wording.gap_reason(gap),
        "needs": gap.needs,
        "blinds": sorted(str(blind) for blind in gap.blinds),
        "kind": str(gap.kind),
        "hides": sorted(gap.hides),
    }


def _retention(retention: tuple[tuple[str, int], ...] | None) -> dict[str, int] | None:
    return None if retention is None else dict(sorted(retention))
