"""Record the sample cluster of ``--demo`` again, from the simulator: ``.venv/bin/python tools/make_demo_tape.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAPE = ROOT / "src" / "pve_backup_report" / "demo" / "lab.json.gz"


def demo_bytes() -> bytes:
    """Return the tape file's content: the demo world, as a token sees it that may list backups."""
    sys.path.insert(0, str(ROOT / "tests"))
    from pve_backup_report.collect.tape_file import tape_bytes  # noqa: PLC0415 -- same
    from simulator import PRESETS, demo_world  # noqa: PLC0415 -- lies in tests/, which is put on the path above
    from tape_from_simulator import record  # noqa: PLC0415 -- same

    return tape_bytes(record(demo_world(), PRESETS["seer"], timezone="Europe/Paris"), TAPE.name)


if __name__ == "__main__":
    TAPE.write_bytes(demo_bytes())
