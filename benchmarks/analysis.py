"""A tape of 1,000 guests to all the reports: seconds and peak memory."""

import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

GUESTS = 1000


def main() -> None:
    """Print the figures: the tape is read from a file, as ``--replay`` does, in a process of its own."""
    from pve_backup_report.collect.tape_file import tape_bytes  # noqa: PLC0415 -- same
    from simulator import PRESETS, big_world  # noqa: PLC0415 -- lies in tests/
    from tape_from_simulator import record  # noqa: PLC0415 -- same

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tape.json"
        path.write_bytes(tape_bytes(record(big_world(guests=GUESTS), PRESETS["seer"]), path.name))
        print(f"tape {path.stat().st_size / 1e6:.1f} MB")
        began = time.perf_counter()
        if (pid := _fork(path, folder)) == 0:
            return
        _, status, usage = _wait(pid)
        took = time.perf_counter() - began
    print(f"{GUESTS} guests: {took:.2f} s, {usage.ru_maxrss / 1024:.0f} MB, exit {status}")


def _fork(path: Path, folder: str) -> int:
    import os  # noqa: PLC0415 -- only here

    pid = os.fork()
    if pid == 0:
        os.execv(  # noqa: S606 -- our own program
            sys.executable,
            [sys.executable, "-m", "pve_backup_report", "--replay", str(path), "--output-dir", folder, "-q"],
        )
    return pid


def _wait(pid: int) -> tuple[int, int, resource.struct_rusage]:
    import os  # noqa: PLC0415 -- only here

    return os.wait4(pid, 0)


if __name__ == "__main__":
    main()
