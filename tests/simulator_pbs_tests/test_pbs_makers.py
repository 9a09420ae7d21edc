"""Backup servers made from clusters hold what the clusters say, and those made by chance hold every trap."""

import json
from collections import Counter
from urllib.parse import quote

import pytest

from fake_proxmox.asking import client_of
from fake_proxmox.server import FakeProxmox
from simulator import PRESETS as PVE_PRESETS
from simulator import ProxmoxApi, World, demo_world, random_world
from simulator_pbs import PRESETS, PbsApi, PbsTruth, PbsWorld, big_pbs, pbs_of, random_pbs, servers_of
from simulator_pbs.traps import ELSEWHERE
from simulator_pbs_tests.small_pbs import NOW, small_pbs

_SERVER = "192.0.2.30"
_MANY = range(25)


@pytest.fixture(scope="module", name="many")
def _many() -> list[PbsWorld]:
    return [random_pbs(seed, random_world(seed)) for seed in _MANY]


def _listed_by_pve(world: World) -> set[tuple[str, ...]]:
    """What the cluster lists on its PBS storages that work: namespace, group, time, and what is known of it."""
    found: set[tuple[str, ...]] = set()
    api = ProxmoxApi(world, PVE_PRESETS["root_full"])
    for storage in world.storages:
        keys = dict(storage.extra)
        for node in world.nodes:
            if not (storage.is_pbs and node.online and storage.works_on(node.name)):
                continue
            rows = json.loads(api(f"/nodes/{node.name}/storage/{storage.id}/content?content=backup").body)["data"]
            for row in rows:
                place = (str(keys["datastore"]), str(keys.get("namespace", "")), row["format"].removeprefix("pbs-"))
                known = (str(row["size"]), row.get("notes", ""), str(row.get("protected", 0)))
                state = row.get("verification", {"state": "", "upid": ":::::"})
                key = row.get("encrypted", "") if row["size"] > 1 else ""  # without a manifest nobody knows
                seen = (state["state"], state["upid"].split(":")[5], key)
                found.add((*place, str(row["vmid"]), str(row["ctime"]), *known, *seen))
    return found


def _listed_by_pbs(world: PbsWorld) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    api = PbsApi(world, PRESETS["root_full"])
    for store in world.datastores:
        for namespace in ("", *store.namespaces):
            rows = json.loads(api(f"/admin/datastore/{store.name}/snapshots", {"ns": namespace}).body)["data"]
            for row in rows:
                place = (store.name, namespace, row["backup-type"], row["backup-id"], str(row["backup-time"]))
                known = (str(row.get("size", 1)), row.get("comment", ""), str(int(row["protected"])))
                state = row.get("verification", {"state": "", "upid": ":::::"})
                found.add((*place, *known, state["state"], state["upid"].split(":")[5], row.get("fingerprint", "")))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_server_behind_a_cluster_holds_what_the_cluster_lists(seed: int) -> None:
    world = random_world(seed)
    (server,) = servers_of(world)
    listed = _listed_by_pve(world)
    assert listed <= _listed_by_pbs(pbs_of(world, server))


def test_the_server_behind_the_demonstration_is_the_same() -> None:
    world = demo_world()
    assert _listed_by_pve(world) == _listed_by_pbs(pbs_of(world, _SERVER)) != set()


def test_the_same_seed_makes_the_same_server(many: list[PbsWorld]) -> None:
    assert random_pbs(3, random_world(3)) == many[3]
    assert len({repr(world) for world in many}) == len(many)


def test_servers_made_by_chance_hold_every_trap(many: list[PbsWorld]) -> None:
    found: Counter[str] = Counter()
    for world in many:
        for snapshot in world.snapshots:
            found[snapshot.crypt] += 1
            found[snapshot.type] += 1
            found["foreign"] += snapshot.cluster == ELSEWHERE
            found["unfinished"] += not snapshot.finished
            found["unreadable"] += snapshot.finished and not snapshot.readable
            found["damaged"] += snapshot.verification == "failed"
            found["protected"] += snapshot.protected
            found["deep"] += snapshot.namespace.count("/") == 2
            found["no owner"] += snapshot.owner is None
        found["offline"] += any(store.trouble is not None for store in world.datastores)
        found["disabled"] += any(job.disable for job in world.prune_jobs)
        for job in PbsTruth.of(world).jobs.values():
            found["failed"] += job.failed
            found["never"] += not job.ever_ran
            found["behind"] += job.behind
            found["by hand"] += not job.by_itself
        groups = PbsTruth.of(world).groups.values()
        found["shared group"] += any(len({one.cluster for one in group.snapshots}) > 1 for group in groups)
        found["hidden"] += len(PbsTruth.of(world).seen_by(PRESETS["backup_only"])) < len(groups)
    wanted = {"none", "encrypt", "sign-only", "mixed", "vm", "ct", "host", "foreign", "unfinished", "unreadable"}
    wanted |= {"damaged", "protected", "deep", "no owner", "offline", "disabled", "failed", "never", "behind"}
    wanted |= {"by hand", "shared group", "hidden"}
    assert {name for name in wanted if found[name] < 3} == set()


def test_every_server_made_by_chance_answers_and_agrees_with_its_truth(many: list[PbsWorld]) -> None:
    for world in many:
        api, truth = PbsApi(world, PRESETS["auditor"]), PbsTruth.of(world)
        found = set()
        for store in world.datastores:
            for namespace in ("", *store.namespaces):
                answer = api(f"/admin/datastore/{store.name}/snapshots", {"ns": namespace})
                assert answer.status == (200 if store.trouble is None else 400)
                rows = answer.data if isinstance(answer.data, list) else []
                found |= {(store.name, namespace, row["backup-type"], row["backup-id"]) for row in rows}
        assert found == truth.seen_by(PRESETS["auditor"])


def test_the_truth_of_a_group_is_told_whole_and_for_one_cluster() -> None:
    truth = PbsTruth.of(small_pbs())
    web = truth.groups[next(key for key in truth.groups if key == ("main", "", "vm", "100"))]
    assert (web.good, web.unfinished, web.protected, web.unencrypted) == (2, 1, 1, 1)
    newest, good, verified = web.newest, web.newest_good, web.newest_verified
    assert newest is not None
    assert good is not None
    assert verified is not None
    assert [(NOW - one.time) // 86_400 for one in (newest, good, verified)] == [0, 1, 2]
    mixed = next(group for key, group in truth.groups.items() if key.id == "101")
    assert (mixed.newest_good, mixed.damaged, len(mixed.of("lab").snapshots)) == (None, 1, 1)
    assert len(truth.of_guest("vm", "100")) == 4
    assert truth.jobs["sync", "s-late"].behind
    assert not truth.jobs["prune", "p-off"].by_itself


def test_the_large_server_is_asked_in_a_moment() -> None:
    world = big_pbs(3000)
    rows = json.loads(PbsApi(world, PRESETS["auditor"])("/admin/datastore/main/snapshots").body)["data"]
    assert len(rows) == 1500
    assert len(PbsTruth.of(world).groups) == 100


def test_it_can_be_served_over_the_network() -> None:
    world = small_pbs()
    rights = PRESETS["auditor"]
    with FakeProxmox(PbsApi(world, rights), token_id=rights.authid, product="PBS") as fake, client_of(fake) as client:
        rows = client.get("/admin/datastore/main/snapshots", {"ns": "team/a"}).data
        assert isinstance(rows, list)
        assert [row["backup-id"] for row in rows] == ["104"]
        assert client.get(f"/nodes/localhost/tasks/{quote(world.tasks[5].upid, safe='')}/status").ok
        lost = client.get("/admin/datastore/usb/groups")
        assert (lost.status, "is not mounted" in str(lost.error)) == (400, True)
        assert client.get("/nosuch").status == 404
