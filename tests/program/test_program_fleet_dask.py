"""A fleet asked through Dask: a real scheduler and real workers, each a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox
from program.fleet_running import env_text, fake, fleet_json, put, states
from program.running import run
from pve_backup_report.fleet.dask_run import in_the_clear

pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")  # distributed warns of its own parts

STARTED = 60.0
QUIET: Mapping[str, str] = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info"}


@contextmanager
def process(folder: Path, name: str, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", *argv], stdout=out, stderr=out, cwd=folder, env={**os.environ, **QUIET}
        )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def until(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + STARTED
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.1)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    file = tmp_path / "scheduler.json"
    argv = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with process(tmp_path, "scheduler", *argv, "--scheduler-file", str(file)):
        until(lambda: file.exists() and file.stat().st_size > 0)
        address = file.read_text().partition('"address": "')[2].partition('"')[0]
        assert address.startswith("tcp://127.0.0.1:")
        yield address


@contextmanager
def worker(folder: Path, address: str, site: str) -> Iterator[subprocess.Popen[bytes]]:
    argv = ("distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--no-nanny", "--no-dashboard")
    with process(folder, f"worker-{site}", *argv, "--nthreads", "4", "--resources", f"{site}=8") as running:
        log = folder / f"worker-{site}.log"
        until(lambda: b"Registered to" in log.read_bytes() or running.poll() is not None)
        assert running.poll() is None, log.read_text()
        yield running


def put_sites(folder: Path, clusters: Mapping[str, FakeProxmox]) -> None:
    for site, cluster in clusters.items():
        put(folder / "sites" / f"{site}.env", env_text(cluster, FLEET_SITE=site))


def logs(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.glob("*.log"))


def test_each_cluster_is_asked_by_a_worker_of_its_site(tmp_path: Path, scheduler: str) -> None:
    with (
        fake("paris", secret="canary-of-paris") as paris,
        fake("lyon", secret="canary-of-lyon") as lyon,
        worker(tmp_path, scheduler, "paris"),
        worker(tmp_path, scheduler, "lyon"),
    ):
        put_sites(tmp_path, {"paris": paris, "lyon": lyon})
        secret = put(tmp_path / "secret", "canary-of-lyon\n")
        text = env_text(lyon, FLEET_SITE="lyon").replace("PVE_API_TOKEN_SECRET='canary-of-lyon'", "")
        put(tmp_path / "sites" / "lyon.env", f"{text}PVE_API_TOKEN_SECRET_FILE='{secret}'\n")
        outcome = run(tmp_path, "--env-file", "sites", "--scheduler", scheduler, "--formats", "json")

        assert (outcome.code, outcome.err) == (0, "")
        data = fleet_json(tmp_path / "reports")
        assert states(data) == {"lyon": "well", "paris": "well"}
        assert {cluster["label"]: cluster["site"] for cluster in data["clusters"]} == {"lyon": "lyon", "paris": "paris"}
        assert len(paris.requests) > 50
    assert "canary" not in logs(tmp_path) + outcome.out + outcome.err


def test_a_site_without_a_worker_is_a_row_and_the_others_are_asked(tmp_path: Path, scheduler: str) -> None:
    with fake("paris") as paris, fake("lyon") as lyon, worker(tmp_path, scheduler, "paris"):
        put_sites(tmp_path, {"paris": paris, "lyon": lyon})
        argv = ("--env-file", "sites", "--scheduler", scheduler, "--worker-wait", "2", "--formats", "json")
        outcome = run(tmp_path, *argv)

        assert outcome.code == 3
        assert states(fleet_json(tmp_path / "reports")) == {"lyon": "worker", "paris": "well"}
        assert "lyon: No worker of the site lyon was there for 2 s (FLEET_SITE). Start one with:" in outcome.err
        assert lyon.requests == ()


def test_a_worker_that_is_lost_is_that_clusters_row(tmp_path: Path, scheduler: str) -> None:
    with fake("paris", latency_s=0.5) as paris, fake("lyon") as lyon:
        put_sites(tmp_path, {"paris": paris, "lyon": lyon})
        with worker(tmp_path, scheduler, "lyon"), worker(tmp_path, scheduler, "paris") as lost:
            argv = ("--env-file", "sites", "--scheduler", scheduler, "--worker-wait", "3", "--formats", "json", "-q")
            command = [sys.executable, "-m", "pve_backup_report", *argv]
            running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
            until(lambda: len(paris.requests) > 2)
            lost.send_signal(signal.SIGKILL)
            _, err = running.communicate(timeout=120)

        assert running.returncode == 3, err
        assert states(fleet_json(tmp_path / "reports")) == {"lyon": "well", "paris": "worker"}
        assert b"Traceback" not in err


def test_who_waits_for_a_worker_ends_at_once_when_asked_to(tmp_path: Path, scheduler: str) -> None:
    command = [sys.executable, "-m", "pve_backup_report", "--env-file", "sites", "--scheduler", scheduler, "-q"]
    ends = ((signal.SIGINT, 130, b"ERROR: interrupted\n"), (signal.SIGTERM, 143, b"ERROR: stopped by SIGTERM\n"))
    with fake("paris") as paris:
        put_sites(tmp_path, {"paris": paris})
        for before, (number, code, told) in enumerate(ends):
            running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True)
            until(lambda seen=before: logs(tmp_path).count("Receive client connection") > seen)  # type: ignore[misc]
            began = time.monotonic()
            os.killpg(running.pid, number)
            _, err = running.communicate(timeout=60)  # all that it started held its stderr
            assert time.monotonic() - began < 2
            assert (running.returncode, err) == (code, told)


def test_a_scheduler_that_is_not_there_is_every_clusters_row(tmp_path: Path) -> None:
    with fake("paris") as paris:
        put_sites(tmp_path, {"paris": paris})
        outcome = run(tmp_path, "--env-file", "sites", "--scheduler", "tcp://127.0.0.1:1", "--formats", "json")
    assert outcome.code == 3
    assert "paris: The scheduler tcp://127.0.0.1:1 cannot be reached" in outcome.err
    assert states(fleet_json(tmp_path / "reports")) == {"paris": "worker"}


def test_a_way_that_is_not_encrypted_is_warned_about() -> None:
    assert "use tls://" in (in_the_clear("tcp://10.0.0.7:8786") or "")
    for address in ("tls://10.0.0.7:8786", "tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"):
        assert in_the_clear(address) is None
