"""Our own code: a tape in memory to all the reports, by the number of guests; CPU seconds and peak memory.

``.venv/bin/python benchmarks/analysis.py [GUESTS ...]``
"""

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from large_tape import large_tape
from pve_backup_report.garbage import look_seldom, not_now
from pve_backup_report.model.dress import PLAIN
from pve_backup_report.model.format_names import FORMAT_NAMES
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.render.nagios import nagios_check

SIZES = (1_000, 3_000, 10_000, 30_000)
# processes, of which the best counts: other work on the machine only makes it slower
TRIES = {1_000: 5, 3_000: 5, 10_000: 5}
ALONE = "--alone"
_Result = TypeVar("_Result")


def main(arguments: list[str]) -> None:
    """Print a line for each number of guests; with a growth like n log n the last column stays the same."""
    print("guests | archives | judging | rendering | together | peak | microseconds / (n log2 n)")
    for guests in map(int, arguments) if arguments else SIZES:
        print(*row_of(guests), sep=" | ", flush=True)


def row_of(guests: int) -> list[str]:
    """Return the figures for one number of guests, each with its unit."""
    tries = [_alone(guests) for _ in range(TRIES.get(guests, 1))]
    best = min(tries, key=lambda told: told["judging"] + told["rendering"])
    together = best["judging"] + best["rendering"]
    return [
        f"{guests:,}",
        f"{best['archives']:,.0f}",
        f"{best['judging']:.2f} s",
        f"{best['rendering']:.2f} s",
        f"{together:.2f} s",
        f"{best['peak']:,.0f} MB",
        f"{together / (guests * math.log2(guests)) * 1e6:.0f}",
    ]


def _alone(guests: int) -> dict[str, float]:
    command = [sys.executable, __file__, ALONE, str(guests)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def measure(guests: int) -> dict[str, float]:
    """Return what one number of guests takes, in this process."""
    look_seldom()  # as the program does
    tapes = [large_tape(guests)]
    judging, report = _timed(lambda: report_of(tapes.pop()))  # the reports are made without it
    language = load_language("en")
    rendering = 0.0
    for name in FORMAT_NAMES:
        if name != "pdf":
            with not_now():  # as the program does
                took, text = _timed(lambda output=FORMATS[name]: output.render(report, language, PLAIN))  # type: ignore[misc]
            rendering += took + _timed(lambda output=FORMATS[name], text=text: output.pack(text))[0]  # type: ignore[misc]
    rendering += _timed(lambda: mail_of(report, language, PLAIN))[0] + _timed(lambda: nagios_check(report, language))[0]
    peak = _peak_mb()
    archives = len(report.analysis.cluster.backups)
    return {"archives": archives, "judging": judging, "rendering": rendering, "peak": peak}


def _peak_mb() -> float:
    """Return the most memory that this process had; ``ru_maxrss`` begins with that of the one it was made from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (told,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(told.split()[1]) / 1024


def _timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    began = time.process_time()
    done = work()
    return time.process_time() - began, done


if __name__ == "__main__":
    if sys.argv[1:2] == [ALONE]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        main(sys.argv[1:])
