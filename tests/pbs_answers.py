"""The answers of a small backup server, written by hand: what a test needs to change is one argument away."""

from collections.abc import Iterable, Mapping
from typing import Any

from pve_backup_report.endpoints import pbs as ep
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import PbsTape

AUDIT = {"Sys.Audit": True, "Datastore.Audit": True}
SEES_ALL = {
    "/": AUDIT,
    "/access": AUDIT,
    "/datastore": AUDIT,
    "/remote": {**AUDIT, "Remote.Audit": True, "RemoteDatastore.Audit": True},
    "/system": AUDIT,
}
FINGERPRINT = ":".join(["AB"] * 32)
OWNER = "backup@pbs!pve"
Json = dict[str, Any]


def snapshot(vmid: int | str, at: int, kind: str = "vm", **changes: Any) -> Json:  # noqa: ANN401 -- any field
    """A finished, unencrypted and unverified snapshot of our own."""
    plain: Json = {
        "backup-type": kind,
        "backup-id": str(vmid),
        "backup-time": at,
        "size": 34359738368,
        "owner": OWNER,
        "protected": False,
        "files": files(),
    }
    return {**plain, **changes}


def files(mode: str = "none", *, manifest: bool = True) -> list[Json]:
    listed: list[Json] = [
        {"filename": "drive-scsi0.img.fidx", "crypt-mode": mode, "size": 34359738368},
        {"filename": "client.log.blob"},
    ]
    return [*listed, {"filename": "index.json.blob", "crypt-mode": "none"}] if manifest else listed


def verified(at: int, state: str = "ok") -> Json:
    return {"state": state, "upid": f"UPID:pbs:0000012A:0000034B:00000001:{at:08X}:verificationjob:main:root@pam:"}


def pbs_tape(
    stores: Mapping[str, Mapping[str, Iterable[Json]]],
    *,
    name: str = "vault",
    address: str = "192.0.2.30:8007",
    fingerprint: str | None = FINGERPRINT,
    permissions: Mapping[str, Mapping[str, bool]] = SEES_ALL,
    acl: Iterable[Json] = (),
    users: Iterable[Json] | None = None,
    held: Mapping[str, Json] | None = None,
    datastores: Iterable[Json] | None = None,
    failing: Mapping[str, Answer] | None = None,
    **lists: Iterable[Json],
) -> PbsTape:
    """The tape of one server.

    Args:
        stores: rows of snapshots, by datastore and namespace.
        name: of the server.
        address: ``host:port``.
        fingerprint: of its certificate.
        permissions: what the token may do.
        acl: rows of ``/access/acl``.
        users: rows of ``/access/users``; None where nobody asked.
        held: what each user or token may do, by its id.
        datastores: rows of ``/admin/datastore``; by default the names of ``stores``.
        failing: answers that take the place of others, by path.
        lists: rows of ``usage``, ``config``, ``gc``, ``prune``, ``verify``, ``sync`` and ``tasks``.
    """
    answers = {
        "/version": _ok({"version": "4.1", "release": "2"}),
        "/access/permissions": _ok({path: dict(held) for path, held in permissions.items()}),
        "/access/acl": _ok(list(acl)),
        "/admin/datastore": _ok([{"store": store} for store in stores] if datastores is None else list(datastores)),
        "/status/datastore-usage": _ok(list(lists.get("usage", ()))),
        "/config/datastore": _ok(list(lists.get("config", ()))),
        "/admin/gc": _ok(list(lists.get("gc", ()))),
        "/admin/prune": _ok(list(lists.get("prune", ()))),
        "/admin/verify": _ok(list(lists.get("verify", ()))),
        "/admin/sync?sync-direction=all": _ok(list(lists.get("sync", ()))),
        "/nodes/localhost/tasks?limit=500": _ok(list(lists.get("tasks", ()))),
    }
    if users is not None:
        answers["/access/users?include_tokens=1"] = _ok(list(users))
    for auth_id, rights in (held or {}).items():
        answers[ep.PERMISSIONS_OF.ask(auth_id=auth_id)] = _ok(rights)
    for store, namespaces in stores.items():
        answers[f"/admin/datastore/{store}/namespace"] = _ok([{"ns": path} for path in namespaces])
        for path, rows in namespaces.items():
            query = f"?ns={path.replace('/', '%2F')}" if path else ""
            answers[f"/admin/datastore/{store}/snapshots{query}"] = _ok(list(rows))
    return PbsTape(name, address, fingerprint, {**answers, **(failing or {})})


def refused(path: str = "") -> Answer:
    return Answer(AnswerKind.REFUSED, 403, error=f"HTTP 403 permission check failed {path}".strip())


def unreachable() -> Answer:
    return Answer(AnswerKind.UNREACHABLE, error="192.0.2.30:8007: nothing answers there")


def _ok(data: object) -> Answer:
    return Answer(AnswerKind.OK, 200, data)
