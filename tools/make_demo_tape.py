"""Record the sample cluster of ``--demo`` again, from the simulator: ``.venv/bin/python tools/make_demo_tape.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAPE = ROOT / "src" / "pve_backup_report" / "demo" / "lab.json.gz"


def demo_bytes() -> bytes:
    """Return the tape file's content: the demo world and its backup server, as an auditor of both sees them."""
    sys.path.insert(0, str(ROOT / "tests"))
    from pve_backup_report.collect.tape_file import tape_bytes  # noqa: PLC0415 -- same
    from simulator import PRESETS, demo_world  # noqa: PLC0415 -- lies in tests/, which is put on the path above
    from simulator_pbs import PRESETS as PBS_PRESETS  # noqa: PLC0415 -- same
    from simulator_pbs.demo import demo_server  # noqa: PLC0415 -- same
    from tape_from_simulator import record, record_pbs, with_servers  # noqa: PLC0415 -- same

    world = demo_world()
    server = record_pbs(demo_server(world), PBS_PRESETS["root_full"], "192.0.2.30", name="pbs-main")
    tape = with_servers(record(world, PRESETS["auditor"], timezone="Europe/Paris"), server)
    return tape_bytes(tape, TAPE.name)


if __name__ == "__main__":
    TAPE.write_bytes(demo_bytes())
