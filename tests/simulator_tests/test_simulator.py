"""The simulated API shows a token what Proxmox VE would, and hides the rest as silently."""

import json
from dataclasses import replace

import pytest

from simulator import PRESETS, Grant, Guest, Job, ProxmoxApi, Response, Storage, TokenRights, World
from simulator.builders import pbs
from simulator.rights import auditor_storage_hidden, without
from simulator_tests.small_world import NOW, get, refused, small_world

_NAS = "/nodes/pve1/storage/nas/content?content=backup"


@pytest.fixture(name="world")
def _world() -> World:
    return small_world()


def test_an_auditor_gets_an_empty_backup_list_with_200(world: World) -> None:
    assert get(world, "auditor", _NAS) == []
    assert [row["vmid"] for row in get(world, "seer", _NAS)] == [100]
    volids = [row["volid"] for row in get(world, "root_full", _NAS)]
    assert volids == ["nas:backup/golden.vma", "nas:backup/vzdump-qemu-100-2026_03_04-06_00_00.vma.zst"]


def test_the_prune_dry_run_shows_an_auditor_every_file(world: World) -> None:
    rows = get(world, "auditor", "/nodes/pve1/storage/nas/prunebackups?prune-backups=keep-all%3D1")
    assert [row["mark"] for row in rows] == ["renamed", "keep"]
    rows = get(world, "auditor", "/nodes/pve1/storage/local/prunebackups?prune-backups=keep-all%3D1")
    assert [row["mark"] for row in rows] == ["protected"]


def test_the_time_of_a_file_is_read_in_the_zone_of_the_node_that_lists_it(world: World) -> None:
    path = "/nodes/{}/storage/nas/content?content=backup&vmid=100"
    paris, utc = (get(world, "seer", path.format(node))[0]["ctime"] for node in ("pve1", "pve2"))
    assert utc - paris == 3600
    snapshots = {row["ctime"] for row in get(world, "seer", "/nodes/pve2/storage/pbs1/content?content=backup")}
    assert snapshots == {NOW - 3600}


def test_an_unfinished_snapshot_is_listed_with_size_one(world: World) -> None:
    rows = {row["vmid"]: row for row in get(world, "seer", "/nodes/pve1/storage/pbs1/content?content=backup")}
    assert rows[100]["size"] == 1
    assert "verification" not in rows[100]
    assert rows[105]["verification"]["state"] == "failed"
    assert (rows[105]["encrypted"], rows[105]["notes"]) == ("aa:bb", "one")


def test_what_a_local_storage_holds_is_seen_on_its_own_node_only(world: World) -> None:
    path = "/nodes/{}/storage/local/content?content=backup"
    assert [len(get(world, "root_full", path.format(node))) for node in ("pve1", "pve2")] == [1, 0]


def test_a_hidden_guest_is_missing_everywhere_without_a_word(world: World) -> None:
    blind = without("/vms/100")
    assert [row["vmid"] for row in get(world, blind, "/cluster/resources?type=vm")] == [105, 110]
    assert [row["id"] for row in get(world, blind, "/cluster/backup/nightly/included_volumes")["children"]] == [105]
    assert [row["guest"] for row in get(world, blind, "/cluster/replication")] == [110]
    assert [row["vmid"] for row in get(world, blind, "/nodes/pve1/qemu")] == []
    assert refused(world, blind, "/nodes/pve1/qemu/100/config") == (
        403,
        "Permission check failed (/vms/100, VM.Audit)",
    )
    assert get(world, blind, "/access/permissions?path=/vms/100") == {"/vms/100": {}}
    assert "/vms/100" not in get(world, blind, "/access/permissions")
    members = get(world, blind, "/pools/prod")["members"]
    assert [row["id"] for row in members] == ["qemu/100", "lxc/105", "storage/pve1/nas"]


def test_a_hidden_storage_vanishes_from_lists_and_is_refused_by_name(world: World) -> None:
    blind = auditor_storage_hidden("nas")
    assert "nas" not in {row["storage"] for row in get(world, blind, "/storage")}
    assert "nas" not in {row["storage"] for row in get(world, blind, "/nodes/pve1/storage")}
    text = "Permission check failed (/storage/nas, Datastore.Audit|Datastore.AllocateSpace)"
    assert refused(world, blind, _NAS) == (403, text)


def test_without_pool_rights_pools_vanish_but_one_asked_by_name_still_answers(world: World) -> None:
    assert get(world, "auditor_no_pools", "/pools") == []
    assert all("pool" not in row for row in get(world, "auditor_no_pools", "/cluster/resources?type=vm"))
    assert get(world, "nopriv", "/pools?poolid=prod/web")[0]["members"][0]["vmid"] == 110
    assert refused(world, "nopriv", "/pools/prod")[0] == 403
    assert refused(world, "root_full", "/pools/prod%2Fweb")[0] == 501


def test_rights_on_a_pool_reach_its_members_and_no_further(world: World) -> None:
    token = TokenRights(grants=(Grant.of("/pool/prod", "PVEAuditor"),))
    assert [row["vmid"] for row in get(world, token, "/cluster/resources?type=vm")] == [100, 105, 110]
    assert get(world, token, "/access/permissions?path=/vms/105")["/vms/105"]["VM.Audit"] == 0
    world = replace(world, pools=world.pools[:1])
    assert [row["vmid"] for row in get(world, token, "/cluster/resources?type=vm")] == [100, 105]


def test_a_deeper_entry_replaces_what_was_inherited() -> None:
    rights = TokenRights(grants=(Grant.of("/", "PVEAuditor"), Grant.of("/vms/100", "PVEDatastoreUser")))
    assert "VM.Audit" in rights.privileges("/vms/101")
    assert set(rights.privileges("/vms/100")) == {"Datastore.Audit", "Datastore.AllocateSpace"}


def test_a_job_is_typed_as_proxmox_types_it(world: World) -> None:
    legacy, nightly, off = get(world, "auditor", "/cluster/backup")
    assert (legacy["enabled"], legacy["all"], "type" in legacy, "next-run" in legacy) == ("1", 1, False, False)
    assert (nightly["enabled"], nightly["prune-backups"]) == (1, {"keep-last": "3"})
    assert nightly["next-run"] == NOW + 19 * 3600
    assert (off["enabled"], "next-run" in off) == (0, False)
    assert refused(world, "nopriv", "/cluster/backup") == (403, "Permission check failed (/, Sys.Audit)")


def test_a_missing_pool_kills_proxmox_own_list_and_that_jobs_volumes_only(world: World) -> None:
    world = replace(world, jobs=(*world.jobs, Job("lost", pool="gone", enabled=False)))
    missing = (500, "pool 'gone' does not exist")
    assert refused(world, "auditor", "/cluster/backup-info/not-backed-up") == missing
    assert refused(world, "auditor", "/cluster/backup/lost/included_volumes") == missing
    assert len(get(world, "auditor", "/cluster/backup/nightly/included_volumes")["children"]) == 2


def test_a_node_that_is_down_answers_595_with_nothing_and_its_guests_lose_their_names(world: World) -> None:
    api = ProxmoxApi(world, PRESETS["auditor"])
    answer = api("/nodes/pve3/tasks")
    assert (answer.status, answer.reason, answer.body) == (595, "No route to host", "")
    far = next(row for row in get(world, "auditor", "/cluster/resources?type=vm") if row["vmid"] == 110)
    assert (far["status"], "name" in far, "template" in far) == ("unknown", False, False)
    assert api("/nodes/pve3/qemu/110/config").status == 595


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/cluster/nosuch", 501, "Method 'GET /cluster/nosuch' not implemented"),
        ("/nodes?x=1", 400, "Parameter verification failed."),
        ("/nodes/pve1/tasks?limit=many", 400, "Parameter verification failed."),
        ("/cluster/resources?type=pool", 400, "Parameter verification failed."),
        ("/cluster/backup/nosuch/included_volumes", 400, "Parameter verification failed."),
        ("/nodes/pve1/tasks/UPID:bad/log", 400, "Parameter verification failed."),
        ("/nodes/pve1/storage/pbs-off/content", 500, "storage 'pbs-off' is disabled"),
        ("/nodes/pve1/storage/gone/content", 500, "storage 'gone' does not exist"),
        ("/nodes/pve2/qemu/100/config", 500, "Configuration file 'nodes/pve2/qemu-server/100.conf' does not exist"),
        ("/pools?poolid=gone", 500, "pool 'gone' does not exist"),
        ("/nodes/pve1/storage/local-lvm/prunebackups", 500, "storage 'local-lvm' does not support backups"),
    ],
)
def test_refusals_have_proxmox_status_and_reason(world: World, path: str, status: int, reason: str) -> None:
    answer = ProxmoxApi(world, PRESETS["root_full"])(path)
    assert (answer.status, answer.reason) == (status, reason)
    assert json.loads(answer.body)["data"] is None
    quiet = ProxmoxApi(replace(world, error_text=False), PRESETS["root_full"])(path)
    assert "message" not in json.loads(quiet.body)


def test_a_pending_change_shows_in_the_default_configuration_and_not_in_the_current_one(world: World) -> None:
    guest: Guest = replace(
        world.guests[0], pending=(("scsi0", "x:disk,backup=0"), ("ide2", None)), tags="a;b", notes="n"
    )
    world = replace(world, guests=(guest,))
    now = get(world, "auditor", "/nodes/pve1/qemu/100/config?current=1")
    later = get(world, "auditor", "/nodes/localhost/qemu/100/config")
    assert now["scsi0"].endswith("size=32G")
    assert (later["scsi0"], "ide2" in later, later["tags"], later["description"]) == (
        "x:disk,backup=0",
        False,
        "a;b",
        "n",
    )


def test_two_storages_on_one_datastore_show_the_same_backups(world: World) -> None:
    world = replace(world, storages=(*world.storages, pbs("pbs-again"), pbs("pbs-ns", namespace="a")))
    path = "/nodes/pve1/storage/{}/content?content=backup"
    counts = [len(get(world, "seer", path.format(name))) for name in ("pbs1", "pbs-again", "pbs-ns")]
    assert counts == [2, 2, 0]


def test_a_fault_overrules_an_answer(world: World) -> None:
    api = ProxmoxApi(world, PRESETS["auditor"], {"/storage": Response(500, "broken")})
    assert (api("/storage").status, api("/pools").status) == (500, 200)


def test_the_defaults_of_vzdump_are_those_of_the_node(world: World) -> None:
    world = replace(world, nodes=(replace(world.nodes[0], vzdump_storage="nas"), world.nodes[1]))
    assert get(world, "auditor", "/nodes/pve1/vzdump/defaults")["storage"] == "nas"
    assert get(world, "auditor", "/nodes/pve2/vzdump/defaults")["storage"] == "local"
    assert "dumpdir" not in get(
        world, TokenRights(grants=(Grant.of("/storage", "PVEAuditor"),)), "/nodes/pve2/vzdump/defaults"
    )
    assert refused(world, auditor_storage_hidden("local"), "/nodes/pve2/vzdump/defaults")[0] == 403


def test_a_storage_that_is_offline_is_listed_as_inactive_and_cannot_be_read(world: World) -> None:
    down = Storage("cifs1", "cifs", ("backup",), offline_on=frozenset({"pve1"}))
    world = replace(world, storages=(*world.storages, down))
    rows = {row["storage"]: row for row in get(world, "auditor", "/nodes/pve1/storage")}
    assert (rows["cifs1"]["enabled"], rows["cifs1"]["active"], rows["cifs1"]["total"]) == (1, 0, 0)
    assert refused(world, "auditor", "/nodes/pve1/storage/cifs1/content") == (500, "storage 'cifs1' is not online")
    assert get(world, "auditor", "/nodes/pve2/storage/cifs1/content") == []
