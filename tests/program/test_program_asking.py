"""How the program asks: never too much at once, at the nodes' own addresses where wanted, and not for ever."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fake_proxmox import FakeProxmox, Reply, certificates
from fake_proxmox.traffic import node_of
from program.running import Outcome, run, settings_of
from simulator import PRESETS, ProxmoxApi, demo_world
from simulator.asking import Response

NODES = ("pve1", "pve2", "pve3")


class Cluster:
    """The sample cluster, each node at an address of its own; pve1 is the contacted one."""

    def __init__(self, stack: ExitStack, *, trusted: bool = True, there: bool = True) -> None:
        api = ProxmoxApi(demo_world(), PRESETS["seer"])

        def answer(path: str, query: dict[str, str]) -> object:
            found = api(path, query)
            return self._members(found) if path == "/cluster/status" else found

        self.fakes = [stack.enter_context(FakeProxmox(answer, workers=3, latency_s=0.005))]
        for at in range(2, 2 + len(NODES[1:])):
            address = f"127.0.0.{at}"
            certificate = certificates.good_for(address) if trusted else certificates.wrong_host()
            port = self.fakes[0].port if there else 0
            self.fakes.append(
                stack.enter_context(FakeProxmox(answer, address=address, port=port, certificate=certificate, workers=3))
            )

    def _members(self, found: Response) -> object:
        rows = [row for row in json.loads(found.body)["data"] if row["type"] == "cluster"]
        members = [
            {"type": "node", "name": name, "ip": f"127.0.0.{at}", "online": 1, "local": int(at == 1)}
            for at, name in enumerate(NODES, 1)
        ]
        return [*rows, *members]

    def asked_at(self, at: int) -> set[str]:
        """The nodes about whom was asked at a node's address; empty for the cluster."""
        return {node_of(request.path) for request in self.fakes[at].requests}

    def run(self, folder: Path, **settings: str) -> Outcome:
        return run(folder, "--stats", environ=settings_of(self.fakes[0], **settings))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def report(folder: Path) -> dict[str, Any]:
    (path,) = (folder / "reports").glob("*.json")
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def test_without_being_told_only_the_contacted_node_is_asked_and_never_too_much(
    stack: ExitStack, tmp_path: Path
) -> None:
    cluster = Cluster(stack)
    assert cluster.run(tmp_path).code == 0
    assert [len(fake.requests) > 0 for fake in cluster.fakes] == [True, False, False]
    assert cluster.fakes[0].peak <= 8
    assert all(cluster.fakes[0].traffic.peak_of(node) <= 3 for node in ("", *NODES))


def test_each_node_is_asked_at_its_own_address_where_that_is_wanted(stack: ExitStack, tmp_path: Path) -> None:
    cluster = Cluster(stack)
    outcome = cluster.run(tmp_path, PVE_NODE_ADDRESSES="true")
    assert outcome.code == 0, outcome.err
    assert cluster.asked_at(1) == {"pve2"}
    assert cluster.asked_at(2) == {"pve3"}
    assert {"", "pve1"} <= cluster.asked_at(0)


@pytest.mark.parametrize("fault", ["not trusted", "not there", "token not known"])
def test_a_node_that_is_of_no_use_there_is_asked_as_before_and_the_report_is_the_same(
    stack: ExitStack, tmp_path: Path, fault: str
) -> None:
    cluster = Cluster(stack, trusted=fault != "not trusted", there=fault != "not there")
    if fault == "token not known":
        cluster.fakes[1].fail(Reply(401, "no ticket"))
    (tmp_path / "plain").mkdir()
    (tmp_path / "spread").mkdir()
    assert cluster.run(tmp_path / "plain").code == 0
    assert cluster.run(tmp_path / "spread", PVE_NODE_ADDRESSES="true").code == 0
    assert {"pve2"} <= cluster.asked_at(0)
    plain, spread = report(tmp_path / "plain"), report(tmp_path / "spread")
    assert all(plain[key] == spread[key] for key in ("guests", "gaps", "jobs", "storages"))


def test_a_storage_that_hangs_ends_in_a_gap_when_the_time_is_over(stack: ExitStack, tmp_path: Path) -> None:
    cluster = Cluster(stack)
    cluster.fakes[0].fail(Reply.hang(), "/nodes/pve1/storage/pbs1/content")
    began = time.monotonic()
    outcome = cluster.run(tmp_path, PVE_TOTAL_TIMEOUT="2")
    assert outcome.code == 0, outcome.err
    assert time.monotonic() - began < 12  # 2 s of asking, and a report on a machine that may be busy
    gaps = report(tmp_path)["gaps"]
    told = [gap for gap in gaps if "PVE_TOTAL_TIMEOUT" in gap["reason"]]
    assert [gap["endpoint"] for gap in told] == ["/nodes/pve1/storage/pbs1/content"]
    assert len(cluster.fakes[0].requests) > 40


def test_a_cluster_that_says_nothing_at_all_is_told_when_the_time_is_over(stack: ExitStack, tmp_path: Path) -> None:
    cluster = Cluster(stack)
    cluster.fakes[0].fail(Reply.hang())
    outcome = cluster.run(tmp_path, PVE_TOTAL_TIMEOUT="1")
    assert outcome.code == 3
    assert "PVE_TOTAL_TIMEOUT" in outcome.err


def test_notes_can_be_left_out_and_the_report_says_so(stack: ExitStack, tmp_path: Path) -> None:
    cluster = Cluster(stack)
    assert cluster.run(tmp_path, PVE_COLLECT_NOTES="false").code == 0
    assert not any(request.path.endswith(("/config", "/snapshot")) for request in cluster.fakes[0].requests)
    data = report(tmp_path)
    gaps = [gap for gap in data["gaps"] if "PVE_COLLECT_NOTES=false" in gap["reason"]]
    assert [(gap["endpoint"], gap["kind"]) for gap in gaps] == [("/nodes/*/*/*/config", "not-asked")]
    verdicts = {guest["vmid"]: guest["verdict"] for guest in data["guests"]}
    assert "undetermined" not in verdicts.values()


def test_what_a_run_cost_is_told_as_the_server_counted_it(stack: ExitStack, tmp_path: Path) -> None:
    cluster = Cluster(stack)
    err = cluster.run(tmp_path).err
    fake = cluster.fakes[0]
    assert f"Requests: {len(fake.requests)}; connections: {fake.connections}\n" in err
    assert f"Questions: {len(fake.requests)}; waves" in err
    logs = sum(request.path.endswith("/log") for request in fake.requests)
    assert f"{logs:>9}  task-log\n" in err
