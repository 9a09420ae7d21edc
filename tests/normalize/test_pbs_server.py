"""A backup server's answers to nouns, and a gap for each thing that was not seen."""

from typing import Any

import pytest

from pbs_answers import AUDIT, SEES_ALL, files, pbs_tape, refused, snapshot, unreachable, verified
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.pbs import DatastoreJob, JobKind, JobResult, PbsServer
from pve_backup_report.normalize.pbs_server import read_pbs_server

NOW = 1772619630
NIGHT = 1772586000


def read(**changes: object) -> PbsServer:
    stores = {"main": {"": [snapshot(100, NIGHT)], "a": [], "a/b": [snapshot(101, NIGHT, "ct")]}}
    server, gaps = read_pbs_server(pbs_tape(stores, **changes), NOW)  # type: ignore[arg-type] # by name
    assert gaps == ()
    return server


def test_every_namespace_is_read_at_all_depths() -> None:
    (main,) = read().datastores
    assert [(namespace.path, namespace.whole, len(namespace.snapshots)) for namespace in main.namespaces] == [
        ("", True, 1),
        ("a", True, 0),
        ("a/b", True, 1),
    ]
    assert main.namespaces_seen
    assert main.namespaces[2].snapshots[0].volid == "ct/101/2026-03-04T01:00:00Z"
    assert main.namespaces[2].snapshots[0].storage == "vault:main/a/b"


@pytest.mark.parametrize(
    ("changes", "fact", "expected"),
    [
        ({}, "finished", True),
        ({"files": files(manifest=False)}, "finished", False),
        ({"files": []}, "finished", False),
        ({}, "encrypted", False),
        ({"files": files("encrypt")}, "encrypted", True),
        ({"files": files("sign-only")}, "encrypted", False),
        ({"files": [*files("encrypt"), {"filename": "x.didx", "crypt-mode": "none"}]}, "encrypted", False),
        ({"verification": verified(NIGHT + 60)}, "verified", "ok"),
        ({"verification": verified(NIGHT + 60)}, "verified_at", NIGHT + 60),
        ({"verification": verified(NIGHT + 60, "failed")}, "good", False),
        ({}, "verified", None),
        ({"protected": True}, "protected", True),
        ({"comment": "web"}, "notes", "web"),
        ({}, "owner", "backup@pbs!pve"),
        ({"backup-type": "host", "backup-id": "laptop"}, "vmid", None),
        ({"backup-id": "0100"}, "vmid", 100),
    ],
)
def test_a_snapshot_keeps_what_matters(changes: dict[str, Any], fact: str, expected: object) -> None:
    server, _ = read_pbs_server(pbs_tape({"main": {"": [snapshot(100, NIGHT, **changes)]}}), NOW)
    (found,) = server.datastores[0].namespaces[0].snapshots
    assert getattr(found, fact) == expected


@pytest.mark.parametrize(
    ("row", "result"),
    [
        ({}, JobResult.NEVER),
        ({"last-run-state": "OK", "last-run-endtime": NIGHT}, JobResult.OK),
        ({"last-run-state": "WARNINGS: 2"}, JobResult.WARNINGS),
        ({"last-run-state": "connection refused"}, JobResult.FAILED),
        ({"last-run-state": "unknown"}, JobResult.UNKNOWN),
        ({"last-run-upid": "UPID:x"}, JobResult.UNKNOWN),
    ],
)
def test_a_job_tells_how_its_last_run_ended(row: dict[str, object], result: JobResult) -> None:
    (job,) = read(verify=[{"id": "v-1", "store": "main", "schedule": "daily", **row}]).jobs
    assert (job.kind, job.id, job.state.last_result) == (JobKind.VERIFY, "v-1", result)


def prune(namespace: str, max_depth: int | None = None) -> DatastoreJob:
    row = {"id": "p", "store": "main", "ns": namespace, "keep-daily": 7, "keep-last": 2, "max-depth": max_depth}
    (job,) = read(prune=[row]).jobs
    return job


@pytest.mark.parametrize(
    ("namespace", "depth", "reaches"),
    [
        ("", None, {"", "a", "ab", "a/b", "a/b/c"}),
        ("", 0, {""}),
        ("", 1, {"", "a", "ab"}),
        ("a", None, {"a", "a/b", "a/b/c"}),
        ("a", 1, {"a", "a/b"}),
        ("a/b", 0, {"a/b"}),
    ],
)
def test_a_job_takes_in_what_lies_below_it(namespace: str, depth: int | None, reaches: set[str]) -> None:
    job = prune(namespace, depth)
    assert {path for path in ("", "a", "ab", "a/b", "a/b/c") if job.takes_in("main", path)} == reaches
    assert not job.takes_in("other", namespace)


def test_a_prune_job_keeps_what_it_says() -> None:
    assert prune("").keeps == (("keep-last", 2), ("keep-daily", 7))


def test_usage_maintenance_and_users_are_read() -> None:
    server = read(
        datastores=[{"store": "main", "maintenance": "read-only,message=moving", "comment": "disks"}],
        usage=[{"store": "main", "total": 100, "used": 90, "estimated-full-date": NOW + 5}],
        config=[{"name": "main", "verify-new": True}],
        gc=[{"store": "main", "schedule": "daily", "last-run-state": "OK", "last-run-endtime": NIGHT}],
        permissions={**SEES_ALL, "/datastore/main": AUDIT},
        users=[{"userid": "ops@pbs"}],
        held={"ops@pbs": {"/datastore/main": {"Datastore.Audit": True, "Datastore.Prune": False}}},
    )
    (main,) = server.datastores
    assert (main.maintenance, main.comment, main.total, main.used, main.full_at) == (
        "read-only",
        "disks",
        100,
        90,
        NOW + 5,
    )
    assert (main.verify_new, main.gc and main.gc.last_result) == (True, JobResult.OK)
    (user,) = server.users or ()
    assert (user.auth_id, user.held) == ("ops@pbs", (("/datastore/main", ("Datastore.Audit", "Datastore.Prune")),))
    assert server.version == "4.1.2"


def test_a_date_in_the_past_is_no_estimate() -> None:
    (main,) = read(usage=[{"store": "main", "estimated-full-date": NOW - 5}]).datastores
    assert main.full_at is None


def test_a_datastore_that_is_offline_is_not_asked_and_leaves_a_gap() -> None:
    tape = pbs_tape({}, datastores=[{"store": "main", "maintenance": "offline"}])
    server, gaps = read_pbs_server(tape, NOW)
    assert server.datastores[0].namespaces == ()
    (gap,) = gaps
    assert (gap.endpoint, gap.kind) == ("vault:/admin/datastore/main/namespace", GapKind.NOT_ASKED)
    assert Blind.EVIDENCE in gap.blinds


def test_a_server_that_does_not_answer_leaves_one_gap() -> None:
    tape = pbs_tape({"main": {"": []}}, failing={"/version": unreachable()})
    server, gaps = read_pbs_server(tape, NOW)
    assert server.datastores == ()
    (gap,) = gaps
    assert (gap.endpoint, gap.kind, gap.blinds) == ("vault:/version", GapKind.FAILED, (Blind.PBS, Blind.EVIDENCE))


def test_a_refused_namespace_leaves_a_gap_and_is_not_empty() -> None:
    path = "/admin/datastore/main/snapshots?ns=a"
    server, gaps = read_pbs_server(pbs_tape({"main": {"": [], "a": []}}, failing={path: refused()}), NOW)
    assert [(namespace.path, namespace.whole) for namespace in server.datastores[0].namespaces] == [
        ("", True),
        ("a", False),
    ]
    (gap,) = gaps
    assert gap.endpoint == f"vault:{path}"
    assert (gap.kind, gap.needs) == (GapKind.REFUSED, "Datastore.Audit on /datastore/main/a")


def test_a_token_that_may_back_up_only_sees_its_own() -> None:
    held = {"Datastore.Backup": True}
    permissions = {"/datastore": held, "/datastore/main": held}
    server, gaps = read_pbs_server(pbs_tape({"main": {"": [snapshot(100, NIGHT)]}}, permissions=permissions), NOW)
    assert not server.datastores[0].namespaces[0].whole
    assert not server.datastores_seen
    assert server.jobs_seen == frozenset()
    kinds = {gap.endpoint: gap.kind for gap in gaps}
    assert kinds["vault:/admin/datastore/main/snapshots"] is GapKind.FILTERED
    assert kinds["vault:/admin/datastore"] is GapKind.FILTERED
    assert kinds["vault:/admin/sync"] is GapKind.FILTERED


def test_without_remote_audit_no_list_of_sync_jobs_is_whole() -> None:
    permissions = dict.fromkeys(SEES_ALL, AUDIT)
    server, gaps = read_pbs_server(pbs_tape({"main": {"": []}}, permissions=permissions), NOW)
    assert server.jobs_seen == {JobKind.PRUNE, JobKind.VERIFY}
    assert {(gap.endpoint, gap.needs, gap.blinds) for gap in gaps} == {
        ("vault:/admin/sync", "Remote.Audit on /remote", (Blind.PBS,)),
        ("vault:/admin/sync", "RemoteDatastore.Audit on /remote", (Blind.PBS,)),
    }


def test_an_entry_that_takes_the_right_away_below_leaves_a_gap() -> None:
    acl = [{"path": "/datastore/main/a", "ugid": "audit@pbs", "roleid": "NoAccess", "propagate": True}]
    server, gaps = read_pbs_server(pbs_tape({"main": {"": [], "a": []}}, acl=acl), NOW)
    assert [(namespace.path, namespace.whole) for namespace in server.datastores[0].namespaces] == [
        ("", True),
        ("a", False),
    ]
    assert not server.datastores[0].namespaces_seen
    assert {gap.kind for gap in gaps} == {GapKind.FILTERED}
