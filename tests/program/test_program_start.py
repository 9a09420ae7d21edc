"""What a start loads, which is what takes its time: little for the version and the help, and for looking back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pve_backup_report.history.memory import Memory
from pve_backup_report.pipeline import demo_tape, report_of

HEAVY = frozenset(
    {
        "asyncio",
        "babel",
        "css_inline",
        "dotenv",
        "jinja2",
        "msgspec",
        "requests",
        "rich",
        "sqlalchemy",
        "urllib3",
        "zoneinfo",
    }
)
FEW = 16  # modules of our own
LOADED = """
import sys
from pve_backup_report.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("loaded", *sys.modules)
"""


def loaded_by(*argv: str, **environ: str) -> frozenset[str]:
    """The modules that are there when the program has told what it was asked."""
    command = [sys.executable, "-c", LOADED, *argv]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **environ})
    *told, last = done.stdout.splitlines()
    assert told, done.stderr
    return frozenset(last.split()[1:])


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_version_and_the_help_load_next_to_nothing(option: str) -> None:
    loaded = loaded_by(option)
    assert not loaded & HEAVY
    assert len([name for name in loaded if name.startswith("pve_backup_report")]) <= FEW


@pytest.mark.parametrize("option", ["--history", "--diff"])
def test_looking_back_loads_nothing_of_a_cluster_or_of_a_report(option: str, tmp_path: Path) -> None:
    report = report_of(demo_tape())
    for now in (1, 2):
        memory = Memory(tmp_path, "lab", report.analysis.cluster.asked_at + now, 400 * 86_400)
        memory.open()
        memory.keep(memory.added_to(report))
        memory.close(told=True)
    loaded = loaded_by(option, STATE_DIR=str(tmp_path), HISTORY_CLUSTER="lab")
    assert "sqlite3" in loaded
    assert not loaded & {"sqlalchemy", "jinja2", "requests", "urllib3", "css_inline"}
    rooms = ("collect", "normalize", "coverage", "anomalies", "deliver", "pipeline", "model.cluster", "model.report")
    ours = tuple(f"pve_backup_report.{room}" for room in rooms)
    assert not [name for name in loaded if name.startswith(ours)]


def test_at_the_end_nothing_is_gone_through_once_more() -> None:
    script = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: print(len(gc.get_objects()) < gc.get_freeze_count()))\n"
        "from pve_backup_report.__main__ import run\n"
        "sys.argv[1:] = ['--print-schema']\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "True"
