"""Ten clusters take as long as the slowest of them, and a little more."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from program.fleet_running import env_text, fake, fleet_json, put, states
from program.running import run

CLUSTERS = 10
SLOW_S, FAST_S = 0.3, 0.15
MORE_S = 1.0  # the promise
SLACK_S = 1.5  # ten processes, ten fakes and two cores


def serve(pipe: Connection, latency_s: float) -> None:
    """Serve one cluster in a process of its own, so that its work is not measured as ours."""
    with fake("served", latency_s=latency_s) as served:
        pipe.send(env_text(served))
        pipe.recv()


@pytest.fixture
def served() -> Iterator[list[str]]:
    """The settings of ten clusters, the first on the slowest line."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for number in range(CLUSTERS):
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, FAST_S if number else SLOW_S), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    yield [pipe.recv() for pipe in pipes]
    for pipe in pipes:
        pipe.send("stop")
    for process in processes:
        process.join()


def timed(folder: Path, place: str) -> float:
    """How long a run takes as users start it: a new process, which reads all of its modules."""
    argv = ("--env-file", place, "-q", "--formats", "json", "--output-dir", f"of-{Path(place).stem}")
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pve_backup_report", *argv], cwd=folder, check=True)
    return time.perf_counter() - began


def test_ten_clusters_take_as_long_as_the_slowest_and_not_as_all_of_them(tmp_path: Path, served: list[str]) -> None:
    for number, text in enumerate(served):
        put(tmp_path / "sites" / f"{number}.env", text)
    slowest, fast = timed(tmp_path, "sites/0.env"), timed(tmp_path, "sites/1.env")
    together = timed(tmp_path, "sites")
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))

    serial = slowest + (CLUSTERS - 1) * fast
    told = f"together {together:.2f} s, slowest {slowest:.2f} s, one after another {serial:.2f} s, load {busy:.1f}"
    print(told)  # noqa: T201 -- the figures
    assert states(fleet_json(tmp_path / "of-sites")) == {str(number): "well" for number in range(CLUSTERS)}
    assert together < serial / 2, told
    assert together < slowest + (MORE_S + SLACK_S) * busy, told


def test_no_more_clusters_at_a_time_than_asked_for(tmp_path: Path) -> None:
    with fake("one", latency_s=0.05) as one, fake("two", latency_s=0.05) as two:
        for cluster, name in ((one, "a"), (two, "b")):
            put(tmp_path / "sites" / f"{name}.env", env_text(cluster))
        assert run(tmp_path, "--env-file", "sites", "-q", "--parallel", "1", "--formats", "json").code == 0
        times = [[(request.began, request.ended) for request in cluster.requests] for cluster in (one, two)]
    first, second = sorted(times, key=lambda spans: spans[0])
    assert max(ended for _, ended in first) < min(began for began, _ in second)
