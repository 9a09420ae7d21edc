"""Backup servers, retention and copies as machines read them."""

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.copies import Copies, CopyPlace
from pve_backup_report.model.pbs import Datastore, DatastoreJob, JobKind, JobState, Namespace, PbsServer, PbsTask
from pve_backup_report.model.restore_points import RestorePoints, RetentionPolicy
from pve_backup_report.render.data import Data
from pve_backup_report.render.moment import rfc3339

_TASKS_SHOWN = 50


def pbs_data(servers: tuple[PbsServer, ...]) -> list[Data]:
    """Return the backup servers in the order of the settings."""
    return [_server(server) for server in servers]


def retention_data(analysis: Analysis) -> list[Data]:
    """Return every policy that removes backups of covered guests, by storage."""
    return [_policy(policy) for policy in analysis.policies]


def points_data(points: tuple[RestorePoints, ...]) -> list[Data]:
    """Return a guest's restore points on each storage."""
    return [
        {
            "storage": each.storage,
            "limited": each.limited,
            "lines": [
                {
                    "option": line.option,
                    "promised": line.promised,
                    "there": line.there,
                    "missing": [rfc3339(at) for at in line.missing],
                }
                for line in each.lines
            ],
        }
        for each in points
    ]


def copies_data(copies: Copies) -> Data:
    """Return the places of a guest's backups."""
    return {
        "copies": copies.copies,
        "media": copies.media,
        "offsite": copies.offsite,
        "protected": copies.protected,
        "failed": copies.failed,
        "verified_at": rfc3339(copies.verified_at),
        "complete": copies.whole,
        "places": [_place(place) for place in copies.places],
    }


def _place(place: CopyPlace) -> Data:
    return {
        "name": place.name,
        "node": place.node,
        "newest_at": rfc3339(place.newest_at),
        "backups": place.count,
        "offsite": place.offsite,
        "protected": place.protected,
        "verified_at": rfc3339(place.verified_at),
        "failed": place.failed,
        "by_sync": place.by_sync,
    }


def _server(server: PbsServer) -> Data:
    return {
        "name": server.name,
        "address": server.address,
        "version": server.version,
        "complete": {
            "datastores": server.datastores_seen,
            **{f"{kind}_jobs": kind in server.jobs_seen for kind in JobKind},
        },
        "datastores": [_datastore(datastore) for datastore in server.datastores],
        "jobs": [_job(job) for job in server.jobs],
        "users": None
        if server.users is None
        else [
            {
                "auth_id": user.auth_id,
                "held": None
                if user.held is None
                else [{"path": path, "privileges": list(names)} for path, names in user.held],
            }
            for user in server.users
        ],
        "tasks": [_task(task) for task in server.tasks[:_TASKS_SHOWN]],
    }


def _task(task: PbsTask) -> Data:
    return {
        "upid": task.upid,
        "type": task.type,
        "id": task.id,
        "start": rfc3339(task.start),
        "end": rfc3339(task.end),
        "status": task.status,
    }


def _datastore(datastore: Datastore) -> Data:
    return {
        "name": datastore.name,
        "comment": datastore.comment,
        "maintenance": datastore.maintenance,
        "mounted": datastore.mounted,
        "total": datastore.total,
        "used": datastore.used,
        "full_at": rfc3339(datastore.full_at),
        "error": datastore.error,
        "verify_new": datastore.verify_new,
        "gc": None if datastore.gc is None else _state(datastore.gc),
        "namespaces_complete": datastore.namespaces_seen,
        "namespaces": [_namespace(namespace) for namespace in datastore.namespaces],
    }


def _namespace(namespace: Namespace) -> Data:
    snapshots = namespace.snapshots
    return {
        "path": namespace.path,
        "complete": namespace.whole,
        "groups": len({_group(snapshot) for snapshot in snapshots}),
        "snapshots": len(snapshots),
        "unfinished": sum(not snapshot.finished for snapshot in snapshots),
        "failed_verification": sum(snapshot.verified == "failed" for snapshot in snapshots),
        "newest_at": rfc3339(max((snapshot.at for snapshot in snapshots if snapshot.good), default=None)),
    }


def _group(snapshot: Backup) -> str:
    return snapshot.volid.rpartition("/")[0]


def _job(job: DatastoreJob) -> Data:
    return {
        "kind": str(job.kind),
        "id": job.id,
        "datastore": job.datastore,
        "namespace": job.namespace,
        "max_depth": job.max_depth,
        "enabled": job.enabled,
        "keeps": dict(job.keeps),
        "outdated_after_days": job.outdated_after_days,
        "remote": job.remote,
        "remote_datastore": job.remote_datastore,
        "remote_namespace": job.remote_namespace,
        "push": job.push,
        **_state(job.state),
    }


def _state(state: JobState) -> Data:
    return {
        "schedule": state.schedule,
        "next_run": rfc3339(state.next_run),
        "last_end": rfc3339(state.last_end),
        "last_result": str(state.last_result),
        "last_message": state.last_message,
    }


def _policy(policy: RetentionPolicy) -> Data:
    return {
        "storage": policy.storage,
        "source": str(policy.source),
        "name": policy.name,
        "server": policy.server,
        "keeps": dict(policy.keeps),
        "schedule": policy.schedule,
        "namespace": policy.namespace,
        "max_depth": policy.max_depth,
        "active": policy.active,
    }
