"""How long the program takes to say its version and its help: the best of ten."""

import subprocess
import sys
import time

RUNS = 10


def main() -> None:
    """Print the figures."""
    for option in ("--version", "--help"):
        best = min(_seconds(option) for _ in range(RUNS))
        print(f"{option} {best:.3f} s")


def _seconds(option: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pve_backup_report", option], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
