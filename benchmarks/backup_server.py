"""Time and memory of reading and judging a backup server with 30,000 snapshots: ``.venv/bin/python benchmarks/backup_server.py``."""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.cluster import read_cluster
from simulator_pbs import PRESETS, big_pbs
from tape_from_simulator import record_pbs


def main() -> None:
    world = big_pbs(snapshots=30_000)
    server = record_pbs(world, PRESETS["root_full"], "192.0.2.30")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    tape = Tape(world.now, "UTC", "benchmark", "/cluster/backup", 0, 0, {}, (server,))
    analysis = analyse(read_cluster(tape))
    took = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    snapshots = sum(
        len(namespace.snapshots)
        for server in analysis.cluster.pbs
        for store in server.datastores
        for namespace in store.namespaces
    )
    sys.stdout.write(f"{snapshots} snapshots: {took:.2f} s; at most {after // 1024} MiB, {before // 1024} before\n")


if __name__ == "__main__":
    main()
