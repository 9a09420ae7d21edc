"""One whole run against a fake Proxmox over HTTPS, beside the time that its requests need at that concurrency."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

LATENCY_S = 0.010
WORKERS = 3
CONCURRENCY = 8
RUNS = 3  # of each of the ten nodes


def serve(pipe: Connection) -> None:
    """Serve the large world until told to stop, then tell what was asked."""
    from fake_proxmox import FakeProxmox  # noqa: PLC0415 -- lies in tests/
    from simulator import PRESETS, ProxmoxApi, big_world  # noqa: PLC0415 -- same

    api = ProxmoxApi(big_world(runs=RUNS), PRESETS["seer"])
    answers = api.all_answers()  # so that the server's own work is not what is measured
    with FakeProxmox(api, latency_s=LATENCY_S, workers=WORKERS) as fake:
        pipe.send((fake.url, str(fake.ca_bundle), fake.token_id, fake.secret, len(answers)))
        pipe.recv()
        nodes = Counter(
            request.path.split("/")[2] if request.path.startswith("/nodes/") else "-" for request in fake.requests
        )
        pipe.send((len(fake.requests), nodes, fake.peak))


def main() -> None:
    """Print the figures."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url, ca_bundle, token_id, secret, _ = ours.recv()
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "PVE_API_URL": url,
            "PVE_API_TOKEN_ID": token_id,
            "PVE_API_TOKEN_SECRET": secret,
            "PVE_CA_BUNDLE": ca_bundle,
            "PVE_CONCURRENCY": str(CONCURRENCY),
            "REPORT_DIR": folder,
        }
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "pve_backup_report"], env=environ, check=True, cwd=folder)
        took = time.perf_counter() - began
    ours.send("stop")
    asked, nodes, peak = ours.recv()
    busiest = max(-(-count // WORKERS) for count in nodes.values())
    bound = max(asked / CONCURRENCY, busiest) * LATENCY_S
    print(
        f"requests {asked}, at most {peak} at a time; bound {bound:.2f} s; run {took:.2f} s; ratio {took / bound:.2f}"
    )


if __name__ == "__main__":
    main()
