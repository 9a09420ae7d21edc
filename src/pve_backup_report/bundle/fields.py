"""What each field of an answer holds; one that does not stand here does not reach an anonymised tape."""

from collections.abc import Mapping
from types import ModuleType

from pve_backup_report.bundle.kinds import Form, Kind
from pve_backup_report.endpoints import pbs, pve
from pve_backup_report.endpoints.endpoint import Endpoint

Field = tuple[Form, Kind]


def _one(kind: Kind) -> Field:
    return Form.ONE, kind


def _of(form: Form) -> Field:
    return form, Kind.NAME


_KEPT = _of(Form.KEPT)
_KEPT_FIELDS = (
    "active all avail backup-time backup-type bios compress content count crypt-mode ctime digest disable disk "
    "disk-bytes dow enable enabled endtime estimated-full-date exclude expire ignore-verified included "
    "is_mountpoint keep-daily keep-hourly keep-last keep-monthly keep-weekly keep-yearly last-run-endtime leaf local "
    "localtime lock mark max-depth maxdisk maxfiles meta mode mount-status next-run online outdated-after "
    "pending-bytes plugintype port propagate protected prune-backups prune-schedule quorate reason release remove "
    "remove-vanished remove_job removed-bytes repeat-missed schedule shared size snaptime starttime state status "
    "still-bad subtype sync-direction template time timezone total type ugid_type used verify-new version vmid "
    "worker_type guest"
)
FIELDS: Mapping[str, Field] = {
    **dict.fromkeys(_KEPT_FIELDS.split(), _KEPT),
    **dict.fromkeys(("comment", "description", "notes", "notes-template", "exclude-path"), _of(Form.NOTE)),
    **dict.fromkeys(("children", "files", "tokens", "verification"), _of(Form.ROWS)),
    **dict.fromkeys(("path", "export", "share", "subdir", "dumpdir"), _of(Form.PATH)),
    **dict.fromkeys(("upid", "last-run-upid"), _of(Form.UPID)),
    **dict.fromkeys(("user", "userid", "tokenid", "username", "owner", "ugid"), _of(Form.AUTH)),
    **dict.fromkeys(("ip", "server"), _of(Form.HOST)),
    **dict.fromkeys(("fingerprint", "encrypted", "encryption-key"), _of(Form.FINGERPRINT)),
    **dict.fromkeys(("store", "datastore", "remote-store"), _one(Kind.DATASTORE)),
    **dict.fromkeys(("ns", "remote-ns", "namespace"), (Form.NESTED, Kind.NAMESPACE)),
    **dict.fromkeys(("pool", "poolid"), (Form.NESTED, Kind.POOL)),
    **dict.fromkeys(("node", "target"), _one(Kind.NODE)),
    "nodes": (Form.SEVERAL, Kind.NODE),
    "storage": _one(Kind.STORAGE),
    "remote": _one(Kind.REMOTE),
    "name": _one(Kind.GUEST),
    "hostname": _one(Kind.GUEST),
    "parent": _one(Kind.SNAPSHOT),
    "tags": (Form.SEVERAL, Kind.TAG),
    "id": _of(Form.ID),
    "worker_id": _of(Form.ID),
    "backup-id": _of(Form.ID),
    "filename": _of(Form.ID),
    "volid": _of(Form.VOLID),
    "fleecing": _of(Form.PROPERTIES),
    "maintenance": _of(Form.PROPERTIES),
    "roleid": _of(Form.ROLE),
    "last-run-state": _of(Form.STATUS),
    "error": _of(Form.TEXT),
}
_OWN: Mapping[str, Mapping[str, Field]] = {
    "cluster-status": {"name": _one(Kind.NODE)},
    "jobs": {"id": _one(Kind.JOB), "vmid": _of(Form.SEVERAL), "exclude": _of(Form.SEVERAL)},
    "acl": {"path": _of(Form.ACL_PATH)},
    "pbs-acl": {"path": _of(Form.ACL_PATH)},
    "included-volumes": {"name": _of(Form.VOLID)},
    "tasks": {"status": _of(Form.STATUS)},
    "tasks-page": {"status": _of(Form.STATUS)},
    "restores": {"status": _of(Form.STATUS)},
    "pbs-tasks": {"status": _of(Form.STATUS)},
    "snapshots": {"name": _one(Kind.SNAPSHOT)},
    "pbs-datastore-config": {"name": _one(Kind.DATASTORE)},
    "pbs-prune-jobs": {"id": _one(Kind.JOB)},
    "pbs-verify-jobs": {"id": _one(Kind.JOB)},
    "pbs-sync-jobs": {"id": _one(Kind.JOB)},
}
IN_PATHS: Mapping[str, Field] = {
    "node": _one(Kind.NODE),
    "job": _one(Kind.JOB),
    "storage": _one(Kind.STORAGE),
    "store": _one(Kind.DATASTORE),
    "ns": (Form.NESTED, Kind.NAMESPACE),
    "auth_id": _of(Form.AUTH),
    "path": _of(Form.ACL_PATH),
    "upid": _of(Form.UPID),
    **dict.fromkeys(("vmid", "type", "start", "limit"), _KEPT),
}
"""What the fields of the questions themselves hold."""


def field_of(endpoint: Endpoint, name: str) -> Field | None:
    """Return what a field of an answer holds; None when that is not known.

    Args:
        endpoint: the question.
        name: the field.
    """
    return _OWN.get(endpoint.name, {}).get(name) or FIELDS.get(name)


def _all(module: ModuleType) -> tuple[Endpoint, ...]:
    found = [value for value in vars(module).values() if isinstance(value, Endpoint)]
    return tuple(dict.fromkeys(found))


PVE_QUESTIONS, PBS_QUESTIONS = _all(pve), _all(pbs)
