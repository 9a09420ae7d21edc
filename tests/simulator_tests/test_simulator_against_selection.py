"""The simulator selects guests and volumes as Proxmox VE's own code does, in every cluster of the vectors."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from simulator import PRESETS, ProxmoxApi, Truth
from simulator.answers import world_from
from simulator.selection import option_conflict
from simulator_tests.shared_facts import SHARED, needs_shared, read_json

pytestmark = needs_shared
_FILE = "vectors/selection.json.gz"
_NOW = 1_795_236_426
_CLUSTERS: list[Any] = read_json(_FILE) if SHARED.is_dir() else []
_each_cluster = pytest.mark.parametrize("cluster", _CLUSTERS, ids=lambda cluster: cluster["id"])


def _api(cluster: Any) -> ProxmoxApi:  # noqa: ANN401 - one vector, plain JSON
    return ProxmoxApi(world_from(cluster["api"], _NOW), PRESETS["root_full"])


def _children(answer: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for child in answer["children"]:
        below = [(volume["id"], volume["name"], volume["included"]) for volume in child.get("children", ())]
        yield (child["id"], child["type"], child["leaf"], child.get("name"), sorted(below))


@_each_cluster
def test_included_volumes_are_those_of_proxmox(cluster: Any) -> None:  # noqa: ANN401 - one vector, plain JSON
    api = _api(cluster)
    for job, expected in cluster["expected"]["jobs"].items():
        answer = api(f"/cluster/backup/{quote(job, safe='')}/included_volumes")
        if "included_volumes_error" in expected:
            error = expected["included_volumes_error"]
            assert (answer.status, f"{answer.reason}\n") == (error["status"], error["message"])
        else:
            made = json.loads(answer.body)["data"]
            assert sorted(map(repr, _children(made))) == sorted(map(repr, _children(expected["included_volumes"])))


@_each_cluster
def test_proxmox_own_list_of_what_is_not_backed_up_is_the_same(cluster: Any) -> None:  # noqa: ANN401 - plain JSON
    answer = _api(cluster)("/cluster/backup-info/not-backed-up")
    expected = cluster["expected"]
    if "not_backed_up_error" in expected:
        missing = {job.get("included_error") for job in expected["jobs"].values()} - {None}
        assert f"{answer.reason}\n" in missing  # which one comes first is up to Perl's hashes
    else:
        made = json.loads(answer.body)["data"]
        assert sorted(made, key=lambda row: row["vmid"]) == sorted(
            expected["not_backed_up"], key=lambda row: row["vmid"]
        )


@_each_cluster
def test_the_truth_selects_what_a_run_backs_up(cluster: Any) -> None:  # noqa: ANN401 - one vector, plain JSON
    world = world_from(cluster["api"], _NOW)
    truth = Truth.of(world)
    conflicts = {job.id: option_conflict(job) for job in world.jobs}
    alone = {job.id for job in world.jobs if job.exclude is not None and not (job.all or job.pool or job.vmid)}
    for job, expected in cluster["expected"]["jobs"].items():
        selected = truth.jobs[job]
        if expected.get("included_error") is not None:
            assert selected is None
        elif job not in alone:
            assert list(selected or ()) == sorted(set(expected["included_existing_vmids"]))
        runs = expected["run_on_node"]
        told = " ".join(run.get("error") or "" for run in runs.values())
        assert (conflicts[job] is not None) == ("conflicts" in told or "missing property required" in told), job
        backed_up = {vmid for run in runs.values() for vmid in run.get("backs_up", ())}
        if backed_up and not told:
            assert backed_up & truth.guests.keys() == set(selected or ())


@_each_cluster
def test_guests_pools_jobs_and_storages_come_back_as_they_were_told(cluster: Any) -> None:  # noqa: ANN401 - plain JSON
    api, told = _api(cluster), cluster["api"]
    for path, keys in (
        ("/cluster/backup", None),
        ("/pools", None),
        ("/storage", {"storage", "type", "shared", "nodes", "path", "server", "datastore", "export"}),
        ("/cluster/resources?type=vm", {"id", "vmid", "node", "type", "status", "name", "template", "pool"}),
    ):
        made = json.loads(api(path).body)["data"]

        def kept(row: dict[str, object], keys: set[str] | None = keys) -> str:
            return repr(sorted((key, value) for key, value in row.items() if keys is None or key in keys))

        assert sorted(map(kept, made)) == sorted(map(kept, told[path])), path
