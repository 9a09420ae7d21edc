"""Fuzz for a while, in two processes.

``PYTHONPATH=tests python -m fuzz [--seconds 60] [--seed N] [--keep DIR] [target [file]]``

The exit code is 0 when nothing was found. What was found lies in a file, whose name is printed with the command that
runs it again.
"""

import argparse
import hashlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_HALVES = ((("answers", 1.0),), (("log", 0.7), ("tape", 0.3)))
_SLOWEST_S = 60  # one input; the machine may have other things to do
_MEMORY_MIB = 2048
_LONGEST = {"answers": 60_000, "log": 20_000, "tape": 400_000}
_LEAST_S = 2
_FOUND = 1
_TOLD = 4000  # characters of what a process said that found something
_RUNS = re.compile(r"(?:number_of_executed_units: +|inputs: )([0-9]+)")
_WATCHED = (
    "pve_backup_report.normalize",
    "pve_backup_report.collect.tape_file",
    "pve_backup_report.collect.strict_json",
)


def main() -> int:
    """Run what the command line asks for, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Fuzz what reads other people's bytes.")
    parser.add_argument("target", nargs="?", choices=sorted(_LONGEST), help="only this one")
    parser.add_argument("file", nargs="?", type=Path, help="run the target on this file, once")
    parser.add_argument("--seconds", type=float, default=60, help="how long, all in all (60)")
    parser.add_argument("--seed", type=int, default=0, help="for the same inputs each time; 0 is for others (0)")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="where what was found goes (fuzz-found)")
    given = parser.parse_args()
    if given.file is not None:
        from fuzz.targets import TARGETS  # noqa: PLC0415 -- heavy

        TARGETS[given.target](given.file.read_bytes())
        return 0
    if given.target is not None:
        return _fuzz(given.target, time.monotonic() + given.seconds, given.seed, given.keep)
    return _both(given.seconds, given.seed, given.keep)


def _both(seconds: float, seed: int, keep: Path) -> int:
    """Fuzz all the targets, in two processes at a time; whoever is not ready at the end is stopped."""
    begun, code = time.monotonic(), 0
    queues = [list(half) for half in _HALVES]
    at_work: dict[int, _Work] = {}
    with tempfile.TemporaryDirectory(prefix="fuzz-") as logs:
        while any(queues) or at_work:
            for lane, queue in enumerate(queues):
                if lane not in at_work and queue:
                    target, share = queue.pop(0)
                    left = seconds - (time.monotonic() - begun)
                    at_work[lane] = _Work(target, max(_LEAST_S, min(share * seconds, left)), seed, keep, Path(logs))
            for lane, work in list(at_work.items()):
                ended = work.ended()
                if ended is not None:
                    code = code or ended
                    del at_work[lane]
            time.sleep(0.1)
    _say("nothing was found" if code == 0 else f"something was found; it lies in {keep}/")
    return _FOUND if code else 0


class _Work:
    """One target, fuzzed in a process of its own."""

    def __init__(self, target: str, seconds: float, seed: int, keep: Path, logs: Path) -> None:
        self._target, self._log, self._until = target, logs / target, time.monotonic() + seconds
        options = ["--seconds", f"{seconds:.0f}", "--seed", str(seed), "--keep", str(keep)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fuzz", target, *options], stdout=log, stderr=subprocess.STDOUT
            )

    def ended(self) -> int | None:
        """Return 0 when the time went by and nothing was found, another code when something was; None before."""
        code = self._process.poll()
        if code is None and time.monotonic() > self._until + _LEAST_S:
            self._process.send_signal(signal.SIGTERM)  # the seeds alone took longer: a busy machine
            self._process.wait()
            code = 0 if b"SUMMARY" not in self._log.read_bytes() else _FOUND
        if code is None:
            return None
        said = self._log.read_text(errors="replace")
        if code:
            _say(said[-_TOLD:])
        runs = _RUNS.search(said)
        _say(f"{self._target}: {runs[1] if runs else 'few'} inputs, exit code {code}")
        return code


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _fuzz(target: str, until: float, seed: int, keep: Path) -> int:
    keep.mkdir(parents=True, exist_ok=True)
    try:
        import atheris  # noqa: F401, PLC0415 -- no wheels for every machine
    except ImportError:
        return _plainly(target, until, seed, keep)
    return _by_coverage(target, until, seed, keep)


def _by_coverage(target: str, until: float, seed: int, keep: Path) -> int:
    """Let atheris look for inputs that reach new lines of the program; it ends the process itself."""
    import atheris  # noqa: PLC0415 -- see _fuzz

    with atheris.instrument_imports(include=list(_WATCHED), enable_loader_override=False):
        from fuzz.seeds import seeds  # noqa: PLC0415 -- instrumented
        from fuzz.targets import TARGETS  # noqa: PLC0415 -- same

        TARGETS[target](next(seeds(target)))  # what is imported on the way is instrumented as well
    from fuzz.mutation import mutated  # noqa: PLC0415 -- after the instrumented ones

    def mutate(data: bytes, most: int, dice: int) -> bytes:
        return mutated(target, data, dice)[:most]

    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number, start in enumerate(seeds(target)):
            Path(folder, f"{number:05}").write_bytes(start)
        options = [
            f"-max_total_time={max(_LEAST_S, round(until - time.monotonic()))}",
            f"-seed={seed}",
            f"-timeout={_SLOWEST_S}",
            f"-rss_limit_mb={_MEMORY_MIB}",
            f"-max_len={_LONGEST[target]}",
            f"-artifact_prefix={keep}/{target}-",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *options, folder], TARGETS[target], custom_mutator=mutate)
        atheris.Fuzz()
    return 0


def _plainly(target: str, until: float, seed: int, keep: Path) -> int:
    """Change what the seeds hold, over and over, where there is no atheris."""
    from fuzz.mutation import mutated  # noqa: PLC0415 -- heavy
    from fuzz.seeds import seeds  # noqa: PLC0415 -- same
    from fuzz.targets import TARGETS  # noqa: PLC0415 -- same

    known, dice, runs = list(seeds(target)), random.Random(seed or None), 0
    while time.monotonic() < until:
        data = dice.choice(known)
        for _ in range(dice.randint(1, 4)):
            data = mutated(target, data, dice.getrandbits(32))[: _LONGEST[target]]
        try:
            TARGETS[target](data)
        except Exception:
            path = keep / f"{target}-crash-{hashlib.sha256(data).hexdigest()[:16]}"
            path.write_bytes(data)
            _say(f"found {path}; run it again with: python -m fuzz {target} {path}")
            raise
        runs += 1
    _say(f"{target}, without atheris, inputs: {runs}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
