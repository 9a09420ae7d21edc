"""90 mornings of 500 guests: how long a run's history takes, and ``--history`` and ``--diff`` after them."""

import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pve_backup_report.history.memory import Memory
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import GuestVerdict, Verdict
from pve_backup_report.pipeline import report_of
from simulator import PRESETS, big_world
from tape_from_simulator import record

GUESTS, RUNS, DAY = 500, 90, 86_400
TURNS = 0.01  # of the guests, each morning
RANDOM = random.Random(1)


def morning(report: Report, number: int) -> Report:
    """The same cluster on a later day: new backups, and some guests whose verdict turned."""
    later = number * DAY

    def lived(told: GuestVerdict) -> GuestVerdict:
        success = None if told.last_success is None else replace(told.last_success, at=told.last_success.at + later)
        verdict = Verdict.UNCOVERED if RANDOM.random() < TURNS else told.verdict
        return replace(told, last_success=success, verdict=verdict)

    cluster = replace(report.analysis.cluster, asked_at=report.analysis.cluster.asked_at + later)
    guests = tuple(lived(told) for told in report.analysis.guests)
    return replace(report, analysis=replace(report.analysis, cluster=cluster, guests=guests))


def main() -> None:
    """Print the seconds."""
    first = report_of(record(big_world(GUESTS), PRESETS["root_full"]))
    with tempfile.TemporaryDirectory() as folder:
        taken = []
        for number in range(RUNS):
            report = morning(first, number)
            began = time.perf_counter()
            memory = Memory(Path(folder), "lab", report.analysis.cluster.asked_at, 400 * DAY)
            memory.open()
            memory.keep(memory.added_to(report))
            memory.close(told=True)
            taken.append(time.perf_counter() - began)
            if memory.faults:
                raise SystemExit(memory.faults[0])
        size = (Path(folder) / "history.db").stat().st_size / 2**20
        print(f"a run's history: {taken[1]:.2f} s for the second, {taken[-1]:.2f} s for the {RUNS}th; {size:.1f} MiB")
        for option in ("--history", "--diff"):
            command = [sys.executable, "-m", "pve_backup_report", option]
            environ = {"STATE_DIR": folder, "HISTORY_CLUSTER": "lab"}
            began = time.perf_counter()
            subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
            print(f"{option}: {time.perf_counter() - began:.2f} s")


main()
