"""Time and memory of reading and judging 30,000 snapshots of 1,000 guests, of which no log tells.

``.venv/bin/python benchmarks/backup_server.py``
"""

import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, big_world
from simulator_pbs import PRESETS as PBS_PRESETS
from simulator_pbs import pbs_of
from tape_from_simulator import record, record_pbs, with_servers

_ADDRESS = "192.0.2.30"
_COPIES = 5  # the large cluster keeps some 7,000 snapshots: each is taken to be there at so many times


def main() -> None:
    """Judge once, and tell how long it took."""
    world = big_world(1000)
    server = pbs_of(world, _ADDRESS)
    more = [
        replace(snapshot, time=snapshot.time - copy * 3600) for snapshot in server.snapshots for copy in range(_COPIES)
    ]
    server = replace(server, snapshots=tuple(more[:30_000]))
    tape = with_servers(
        record(replace(world, tasks=()), PRESETS["auditor_node_hidden"]),
        record_pbs(server, PBS_PRESETS["root_full"], _ADDRESS),
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    analysis = analyse(read_cluster(tape))
    took = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    judged = sum(len(guest.archives) for guest in analysis.guests)
    told = f"{len(more[:30_000])} snapshots, {judged} of them of {len(analysis.guests)} guests: {took:.2f} s"
    sys.stdout.write(f"{told}; at most {after // 1024} MiB, {before // 1024} MiB before\n")


if __name__ == "__main__":
    main()
