"""The fuzzer itself: its seeds are good, its targets come back, and what it finds is kept and told."""

import json
import random
import time
from pathlib import Path

import pytest

from fuzz.__main__ import main
from fuzz.mutation import mutated
from fuzz.seeds import seeds
from fuzz.targets import TARGETS, answers_by_path
from pve_backup_report.normalize.task_log import read_task_log


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_and_what_becomes_of_it_is_read(target: str) -> None:
    dice = random.Random(1)
    every = list(seeds(target))
    for seed in dice.sample(every, min(len(every), 12)):
        TARGETS[target](seed)
        TARGETS[target](mutated(target, seed, dice.getrandbits(32)))


def test_the_seeds_hold_all_the_answers_and_logs_with_runs() -> None:
    told = [path for seed in seeds("answers") for path in json.loads(seed)]
    assert set(told) == set(answers_by_path())
    logs = [read_task_log(seed.decode().split("\n")) for seed in seeds("log")]
    assert sum(len(log.runs) > 0 for log in logs) > len(logs) // 4


def test_what_is_found_is_kept_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def careless(data: bytes) -> None:
        if b"ERROR" in data:
            raise ZeroDivisionError

    monkeypatch.setitem(TARGETS, "log", careless)
    monkeypatch.setitem(__import__("sys").modules, "atheris", None)  # as on a machine for which there is none
    monkeypatch.setattr("sys.argv", ["fuzz", "log", "--seconds", "60", "--keep", str(tmp_path)])
    begun = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        main()
    assert time.monotonic() - begun < 30
    (found,) = tmp_path.iterdir()
    assert f"run it again with: python -m fuzz log {found}" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["fuzz", "log", str(found)])
    with pytest.raises(ZeroDivisionError):
        main()
