"""The simulated task lists and logs are filtered, paged, rotated and cut as those of Proxmox VE."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from simulator import PRESETS, Node, ProxmoxApi, World
from simulator_tests.small_world import NOW, get, refused, small_world


@pytest.fixture(name="world")
def _world() -> World:
    return small_world()


def test_an_audit_right_that_does_not_propagate_fills_one_task_list_and_empties_the_other(world: World) -> None:
    token = "sys_audit_only_root_nonpropagating"
    assert len(get(world, token, "/cluster/tasks")) == 7
    own = get(world, token, "/nodes/pve1/tasks?source=all")
    assert [(row["user"], row["tokenid"]) for row in own] == [("reporter@pve", "coverage")]
    assert get(world, "nopriv", "/cluster/tasks") == []


@pytest.mark.parametrize(
    ("query", "pids"),
    [
        ("", [1, 2, 3, 4, 5, 7]),
        ("?source=all", [6, 1, 2, 3, 4, 5, 7]),
        ("?source=active", [6]),
        ("?typefilter=vzdump&limit=2&start=1", [2, 3]),
        ("?errors=1", [2, 3, 4]),
        ("?statusfilter=ok,warning", [1, 2, 5, 7]),
        ("?vmid=100", [1]),
        (f"?since={NOW - 300}&until={NOW - 200}", [2, 3]),
        ("?userfilter=REPORTER", [4]),
        ("?limit=0", []),
    ],
)
def test_task_lists_are_filtered_and_paged(world: World, query: str, pids: list[int]) -> None:
    assert [row["pid"] for row in get(world, "auditor", f"/nodes/pve1/tasks{query}")] == pids


def test_a_total_counts_all_matches_and_is_left_out_when_there_is_none(world: World) -> None:
    api = ProxmoxApi(world, PRESETS["auditor"])
    assert json.loads(api("/nodes/pve1/tasks?limit=1").body)["total"] == 6
    assert "total" not in json.loads(api("/nodes/pve2/tasks").body)


def test_a_log_is_cut_at_fifty_lines_and_a_missing_one_is_a_line_with_200(world: World) -> None:
    long = replace(world.tasks[0], lines=tuple(f"INFO: {number}" for number in range(120)))
    world = replace(world, tasks=(long, world.tasks[6]))
    base = f"/nodes/pve1/tasks/{quote(long.upid, safe='')}"
    assert len(get(world, "auditor", f"{base}/log")) == 50
    assert len(get(world, "auditor", f"{base}/log?limit=0")) == 120
    assert get(world, "auditor", f"{base}/log?start=118&limit=9")[0] == {"n": 119, "t": "INFO: 118"}
    gone = f"/nodes/pve1/tasks/{world.tasks[1].upid}"
    assert get(world, "auditor", f"{gone}/log")[0]["t"] == "unable to open file - No such file or directory"
    assert refused(world, "auditor", f"{gone}/status") == (400, "Parameter verification failed.")
    assert get(world, "auditor", f"{base}/status")["exitstatus"] == "OK"
    assert refused(world, "nopriv", f"{base}/log")[0] == 403


def test_tasks_before_the_history_are_neither_listed_nor_readable(world: World) -> None:
    world = replace(world, nodes=(Node("pve1", history_since=NOW - 160), *world.nodes[1:]))
    assert [row["pid"] for row in get(world, "auditor", "/nodes/pve1/tasks")] == [1, 2]
    lines = get(world, "auditor", f"/nodes/pve1/tasks/{world.tasks[2].upid}/log")
    assert lines[0]["t"].startswith("unable to open file")
