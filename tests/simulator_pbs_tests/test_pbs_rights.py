"""The simulated backup server hides from a token what PBS would, and as silently."""

import pytest

from simulator_pbs import PRESETS, AclEntry, PbsApi, PbsRights, PbsTruth, PbsWorld, backup_only, without
from simulator_pbs_tests.small_pbs import get, refused, small_pbs

_MAIN = "/admin/datastore/main"


@pytest.fixture(name="world")
def _world() -> PbsWorld:
    return small_pbs()


def _names(rows: list[dict[str, str]], key: str) -> list[str]:
    return [row[key] for row in rows]


def test_an_auditor_sees_every_group_but_the_one_without_a_readable_owner(world: PbsWorld) -> None:
    assert _names(get(world, "auditor", f"{_MAIN}/groups"), "backup-id") == ["100", "101", "102", "fileserver"]
    counts = get(world, "auditor", f"{_MAIN}/status?verbose=true")["counts"]
    assert counts == {
        "vm": {"groups": 6, "snapshots": 9},
        "ct": {"groups": 1, "snapshots": 1},
        "host": {"groups": 1, "snapshots": 1},
    }


def test_who_may_only_back_up_sees_its_own_groups_with_200(world: PbsWorld) -> None:
    assert {row["backup-id"] for row in get(world, "backup_only", f"{_MAIN}/snapshots")} == {"100", "101"}
    assert get(world, "backup_only", f"{_MAIN}/snapshots?ns=team") == []
    assert get(world, "backup_only", f"{_MAIN}/groups?ns=team/a") == []
    assert get(world, "backup_only", f"{_MAIN}/status?verbose=true")["counts"] == {"vm": {"groups": 2, "snapshots": 5}}


def test_a_user_owns_what_its_tokens_made_and_no_token_what_its_user_made(world: PbsWorld) -> None:
    user = backup_only("backup@pbs")
    assert {row["backup-id"] for row in get(world, user, f"{_MAIN}/groups")} == {"100", "101", "102"}
    assert len(get(world, user, f"{_MAIN}/groups?ns=team")) == 1
    assert get(world, "backup_only", f"{_MAIN}/groups?ns=team") == []


def test_an_auditor_of_one_namespace_sees_it_and_what_lies_below(world: PbsWorld) -> None:
    token = "one_namespace"
    assert get(world, token, "/admin/datastore") == [
        {"store": "main", "mount-status": "nonremovable", "backend-type": "filesystem"}
    ]
    assert [row["ns"] for row in get(world, token, f"{_MAIN}/namespace")] == ["team/a", "team/a/old"]
    assert len(get(world, token, f"{_MAIN}/snapshots?ns=team/a")) == 1
    text = "permission check failed - missing Datastore.Audit|Datastore.Backup on /datastore/main"
    assert refused(world, token, f"{_MAIN}/snapshots") == (403, text)
    assert refused(world, token, f"{_MAIN}/groups?ns=team") == (403, f"{text}/team")
    status = get(world, token, f"{_MAIN}/status?verbose=1")
    assert (status["total"], status["counts"]["vm"]["groups"], "gc-status" in status) == (0, 2, False)
    usage = {row["store"]: row for row in get(world, token, "/status/datastore-usage")}
    assert usage.keys() == {"main"}
    assert "total" not in usage["main"]


def test_a_token_without_rights_gets_empty_lists_and_refusals(world: PbsWorld) -> None:
    for path in ("/admin/datastore", "/status/datastore-usage", "/config/datastore", "/admin/gc", "/admin/verify"):
        assert get(world, "nopriv", path) == []
    for path in ("/admin/prune", "/admin/sync", "/nodes/localhost/tasks", "/access/acl"):
        assert get(world, "nopriv", path) == []
    assert get(world, "nopriv", "/access/permissions") == {}
    assert [row["userid"] for row in get(world, "nopriv", "/access/users")] == ["reporter@pbs"]
    assert refused(world, "nopriv", f"{_MAIN}/namespace") == (403, "permission check failed")
    assert refused(world, "nopriv", f"{_MAIN}/status") == (403, "permission check failed")
    assert refused(world, "nopriv", f"{_MAIN}/gc")[0] == 403
    assert refused(world, "nopriv", "/admin/datastore/nosuch/groups")[0] == 403


def test_sync_jobs_take_a_right_at_the_other_end(world: PbsWorld) -> None:
    paths = ("/admin/sync", "/admin/sync?sync-direction=all")
    seen = {token: [_names(get(world, token, path), "id") for path in paths] for token in PRESETS}
    assert seen["auditor"] == [["s-here"], ["s-here"]]
    assert seen["auditor_with_remote"] == [["s-late", "s-here"], ["s-late", "s-here"]]
    assert seen["root_full"] == [["s-late", "s-here"], ["s-late", "s-here", "s-push"]]
    assert seen["backup_only"] == [[], []]


def test_jobs_are_filtered_where_they_work(world: PbsWorld) -> None:
    team = PbsRights.of("x@pbs!y", ("/datastore/main/team", "DatastoreAudit"))
    assert _names(get(world, team, "/admin/prune"), "id") == ["p-team"]
    assert get(world, team, "/admin/verify") == []
    assert _names(get(world, "auditor", "/admin/verify?store=main"), "id") == ["v-daily"]


def test_tasks_of_others_take_a_right_on_tasks(world: PbsWorld) -> None:
    path = "/nodes/localhost/tasks?limit=0"
    assert len(get(world, "auditor", path)) == len(world.tasks)
    assert _names(get(world, "backup_only", path), "worker_type") == ["syncjob", "backup"]  # it could run the first
    admin = PbsRights.of("x@pbs!y", ("/datastore/main", "DatastoreAdmin"))
    assert set(_names(get(world, admin, path), "worker_type")) == {"garbage_collection", "verificationjob", "prunejob"}
    theirs = next(task.upid for task in world.tasks if task.type == "aptupdate")
    assert refused(world, "backup_only", f"/nodes/localhost/tasks/{theirs}/log") == (400, "task access not allowed")


def test_a_deeper_entry_replaces_what_was_inherited() -> None:
    rights = PbsRights.of("x@pbs!y", ("/", "Audit"), ("/datastore/main", "DatastoreBackup"))
    assert rights.privileges("/datastore/offsite") == {"Sys.Audit": True, "Datastore.Audit": True}
    assert rights.privileges("/datastore/main/team") == {"Datastore.Backup": True}
    assert without("/datastore/main/team").privileges("/datastore/main/team/a") == {}


def test_an_entry_that_does_not_propagate_counts_on_its_own_path_only() -> None:
    entries = tuple(AclEntry("/datastore/main", name, "Audit", propagate=False) for name in ("x@pbs", "x@pbs!y"))
    rights = PbsRights("x@pbs!y", entries)
    assert rights.privileges("/datastore/main") == {"Sys.Audit": False, "Datastore.Audit": False}
    assert rights.privileges("/datastore/main/team") == {}


def test_a_token_never_has_more_than_its_user_nor_by_itself_what_its_user_has() -> None:
    assert PbsRights("x@pbs!y", (AclEntry("/", "x@pbs!y", "Admin"),)).privileges("/") == {}
    assert PbsRights("x@pbs!y", (AclEntry("/", "x@pbs", "Admin"),)).privileges("/") == {}
    assert PbsRights("root@pam!fresh").privileges("/") == {}
    assert "Sys.Modify" in PbsRights("root@pam").privileges("/")


def test_permissions_are_told_by_path(world: PbsWorld) -> None:
    assert get(world, "auditor", "/access/permissions?path=/datastore/main") == {
        "/datastore/main": {"Datastore.Audit": True, "Sys.Audit": True}
    }
    assert get(world, "one_namespace", "/access/permissions?path=/datastore/main") == {}
    assert get(world, "one_namespace", "/access/permissions") == {"/datastore/main/team/a": {"Datastore.Audit": True}}
    other = get(world, "auditor", "/access/permissions?auth-id=backup@pbs!pve")
    assert other == {}  # the token has an entry, and its user none
    assert refused(world, "nopriv", "/access/permissions?auth-id=root@pam")[0] == 400


def test_entries_and_users_are_told_to_an_auditor(world: PbsWorld) -> None:
    rows = get(world, "auditor", "/access/acl")
    shown = {"path": "/datastore/main", "ugid": "backup@pbs!pve", "ugid_type": "user", "roleid": "DatastoreBackup"}
    assert {**shown, "propagate": True} in rows
    assert len(get(world, "auditor", "/access/acl?path=/datastore&exact=1")) == 0
    users = {row["userid"]: row for row in get(world, "auditor", "/access/users?include_tokens=true")}
    assert users["backup@pbs"]["tokens"] == [{"tokenid": "backup@pbs!pve"}, {"tokenid": "backup@pbs!other"}]
    assert "Audit" in _names(get(world, "nopriv", "/access/roles"), "roleid")


def test_a_token_that_is_not_known_is_turned_away(world: PbsWorld) -> None:
    stranger = PbsRights("who@pbs!x", known=False)
    assert refused(world, stranger, "/version") == (401, "authentication failed - invalid credentials.")
    assert get(world, stranger, "/ping") == {"pong": True}


@pytest.mark.parametrize("token", PRESETS)
def test_what_the_truth_says_a_token_finds_is_what_the_api_shows_it(world: PbsWorld, token: str) -> None:
    api, found = PbsApi(world, PRESETS[token]), set()
    for store in world.datastores:
        for namespace in ("", *store.namespaces):
            answer = api(f"/admin/datastore/{store.name}/groups", {"ns": namespace})
            rows = answer.data if isinstance(answer.data, list) else []
            found |= {(store.name, namespace, row["backup-type"], row["backup-id"]) for row in rows}
    assert found == PbsTruth.of(world).seen_by(PRESETS[token])
