"""The simulated backup server lists backups, datastores, jobs and tasks as PBS does."""

import json

import pytest

from simulator import Response
from simulator_pbs import PRESETS, PbsApi, PbsTask, PbsWorld
from simulator_pbs.records import escaped
from simulator_pbs_tests.small_pbs import DAY, NOW, get, refused, small_pbs

_SNAPSHOTS = "/admin/datastore/main/snapshots"


@pytest.fixture(name="world")
def _world() -> PbsWorld:
    return small_pbs()


def test_a_whole_snapshot_tells_its_size_its_files_and_who_verified_it(world: PbsWorld) -> None:
    row = get(world, "auditor", f"{_SNAPSHOTS}?backup-type=vm&backup-id=100")[0]
    assert (row["size"], row["protected"], row["comment"]) == (8 << 30, False, "web")
    assert sum(file.get("size", 0) for file in row["files"]) == row["size"]
    assert row["files"][-1] == {"filename": "client.log.blob"}
    assert row["verification"]["state"] == "ok"
    assert int(row["verification"]["upid"].split(":")[5], 16) == NOW - DAY


def test_what_an_unfinished_and_an_unreadable_snapshot_lack(world: PbsWorld) -> None:
    unfinished = get(world, "auditor", f"{_SNAPSHOTS}?backup-id=100")[2]
    unreadable = get(world, "auditor", f"{_SNAPSHOTS}?backup-id=101")[1]
    for row, has_manifest in ((unfinished, False), (unreadable, True)):
        assert {"size", "comment", "verification", "fingerprint"}.isdisjoint(row)
        assert all(file.keys() == {"filename"} for file in row["files"])
        assert ("index.json.blob" in {file["filename"] for file in row["files"]}) is has_manifest


@pytest.mark.parametrize(
    ("path", "modes"),
    [
        ("backup-type=vm&backup-id=100", ["encrypt", "encrypt", "sign-only", None]),
        ("backup-type=host", ["sign-only", "sign-only", "sign-only", None]),
        ("backup-type=ct", ["encrypt", "none", "none", "sign-only", None]),
        ("backup-type=vm&backup-id=101", ["none", "none", "none", None]),
    ],
)
def test_encryption_is_told_file_by_file(world: PbsWorld, path: str, modes: list[str | None]) -> None:
    row = next(row for row in get(world, "auditor", f"{_SNAPSHOTS}?{path}") if row["backup-time"] == NOW - DAY)
    assert [file.get("crypt-mode") for file in row["files"]] == modes


def test_the_last_backup_of_a_group_may_be_unfinished(world: PbsWorld) -> None:
    rows = {row["backup-id"]: row for row in get(world, "auditor", "/admin/datastore/main/groups")}
    assert (rows["100"]["last-backup"], rows["100"]["backup-count"]) == (NOW, 3)
    assert "index.json.blob" not in rows["100"]["files"]


def test_lists_of_backups_do_not_descend_and_lists_of_namespaces_do(world: PbsWorld) -> None:
    assert len(get(world, "auditor", _SNAPSHOTS)) == 7
    assert len(get(world, "auditor", f"{_SNAPSHOTS}?ns=")) == 7
    assert len(get(world, "auditor", f"{_SNAPSHOTS}?ns=team%2Fa")) == 1
    path = "/admin/datastore/main/namespace"
    assert [row["ns"] for row in get(world, "auditor", path)] == ["", "team", "team/a", "team/a/old"]
    assert [row["ns"] for row in get(world, "auditor", f"{path}?max-depth=1")] == ["", "team"]
    assert [row["ns"] for row in get(world, "auditor", f"{path}?parent=team/a&max-depth=0")] == ["team/a"]


@pytest.mark.parametrize("leaf", ["namespace", "groups", "snapshots", "status", "gc"])
def test_a_datastore_out_of_reach_refuses_with_a_plain_text(world: PbsWorld, leaf: str) -> None:
    text = "datastore 'repair' is in offline maintenance mode: new-disks"
    assert refused(world, "auditor", f"/admin/datastore/repair/{leaf}") == (400, text)
    assert refused(world, "auditor", f"/admin/datastore/usb/{leaf}") == (400, "datastore 'usb' is not mounted")
    assert refused(world, "auditor", f"/admin/datastore/nosuch/{leaf}") == (400, "no such datastore 'nosuch'")


def test_lists_still_name_it(world: PbsWorld) -> None:
    rows = {row["store"]: row for row in get(world, "auditor", "/admin/datastore")}
    assert rows["repair"]["maintenance"] == "offline,message=new-disks"
    assert rows["usb"]["mount-status"] == "notmounted"
    usage = {row["store"]: row for row in get(world, "auditor", "/status/datastore-usage")}
    assert usage["repair"].keys() == {"store", "error", "mount-status", "backend-type"}
    assert (usage["offsite"]["estimated-full-date"], usage["main"]["avail"]) == (NOW + 9 * DAY, 3_000_000_000_000)
    assert [row["store"] for row in get(world, "auditor", "/admin/gc")] == ["main", "offsite"]


def test_jobs_tell_how_they_ran_and_when_they_will(world: PbsWorld) -> None:
    prune = {row["id"]: row for row in get(world, "auditor", "/admin/prune")}
    assert (prune["p-team"]["last-run-state"], prune["p-team"]["next-run"] < NOW) == ("aborted", True)
    assert (prune["p-off"]["disable"], "next-run" in prune["p-off"]) == (True, False)
    verify = {row["id"]: row for row in get(world, "auditor", "/admin/verify")}
    assert {"schedule", "next-run", "last-run-state", "last-run-upid"}.isdisjoint(verify["v-never"])
    assert (verify["v-daily"]["outdated-after"], verify["v-daily"]["ignore-verified"]) == (30, True)
    sync = {row["id"]: row for row in get(world, "root_full", "/admin/sync?sync-direction=all")}
    assert sync["s-late"]["next-run"] < NOW - 30 * DAY
    assert ("last-run-upid" in sync["s-here"], "last-run-state" in sync["s-here"]) == (True, False)
    assert sync["s-push"]["sync-direction"] == "push"
    assert "next-run" not in get(world, "auditor", "/config/prune")[0]


def test_an_older_server_does_not_know_what_came_later() -> None:
    old = small_pbs("3.2")
    text = "parameter verification failed - 'sync-direction': schema does not allow additional properties."
    assert refused(old, "auditor", "/admin/sync?sync-direction=all") == (400, text)
    assert "mount-status" not in get(old, "auditor", "/admin/datastore")[0]
    assert get(old, "nopriv", "/version")["version"] == "3.2"


def test_tasks_are_filtered_and_paged(world: PbsWorld) -> None:
    api = PbsApi(world, PRESETS["auditor"])
    base = "/nodes/localhost/tasks"
    page = json.loads(api(f"{base}?limit=3").body)
    assert (len(page["data"]), page["total"], page["data"][0]["worker_type"]) == (3, 4, "syncjob")
    whole = json.loads(api(f"{base}?limit=0").body)
    assert (len(whole["data"]), whole["total"]) == (8, 8)
    assert {row["node"] for row in whole["data"]} == {"localhost"}
    counts = {
        query: len(get(world, "auditor", f"{base}?{query}"))
        for query in ("typefilter=sync", "errors=true", "running=1", "store=main", "userfilter=pve", "start=6")
    }
    assert counts == {
        "typefilter=sync": 2,
        "errors=true": 3,
        "running=1": 1,
        "store=main": 6,
        "userfilter=pve": 1,
        "start=6": 2,
    }
    assert [row["worker_id"] for row in get(world, "auditor", f"{base}?statusfilter=warning")] == ["main:team/a:vm/104"]
    assert len(get(world, "auditor", f"{base}?since={NOW - DAY}&until={NOW - DAY}")) == 4


def test_a_task_is_found_by_its_escaped_id(world: PbsWorld) -> None:
    assert escaped("main:vm/100-a") == r"main\x3avm-100\x2da"
    task = next(task for task in world.tasks if task.type == "backup")
    assert len(task.upid.split(":")) == 10
    path = f"/nodes/localhost/tasks/{task.upid}"
    status = get(world, "backup_only", f"{path}/status")
    assert (status["user"], status["tokenid"], status["exitstatus"]) == ("backup@pbs", "pve", "OK")
    assert get(world, "backup_only", f"{path}/log") == [{"n": 1, "t": "TASK OK"}]
    gone = PbsTask("backup", "x", 1, 2).upid
    assert refused(world, "auditor", f"/nodes/localhost/tasks/{gone}/log")[0] == 400


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/nosuch", 404, "Path '/api2/json/nosuch' not found."),
        ("/version?x=1", 400, "parameter verification failed - 'x': schema does not allow additional properties."),
        ("/nodes/localhost/tasks?limit=many", 400, "parameter verification failed - 'limit': unable to parse integer"),
        (
            f"{_SNAPSHOTS}?ns=gone",
            400,
            "unable to open namespace 'gone' - ENOENT: No such file or directory",
        ),
    ],
)
def test_errors_are_plain_text_under_a_json_header(world: PbsWorld, path: str, status: int, text: str) -> None:
    answer = PbsApi(world, PRESETS["root_full"])(path)
    assert (answer.status, answer.body) == (status, text)
    assert answer.content_type.startswith("application/json")


def test_a_fault_overrules_an_answer_and_a_path_may_be_encoded(world: PbsWorld) -> None:
    api = PbsApi(world, PRESETS["auditor"], {"/version": Response(502, "Bad Gateway", empty=True)})
    assert (api("/version").status, api("/admin/gc").status) == (502, 200)
    assert api("/api2/json/admin/datastore/main/snapshots", {"ns": "team/a"}).status == 200
