"""What the fuzzer begins with: the simulator's task logs, its answers, and its tapes."""

import json
from collections.abc import Iterator

from fuzz.targets import WORLD, answers_by_path
from hostile.mangling import WILD, small_tape
from pve_backup_report.collect.tape_file import tape_text
from simulator import random_world
from simulator.parts import zone
from simulator.tasklogs import log_lines

_WORLDS = 6
_SEEDS = 12


def seeds(target: str) -> Iterator[bytes]:
    """Yield what a target begins with.

    Args:
        target: its name.
    """
    yield from {"answers": _answers, "log": _logs, "tape": _tapes}[target]()


def _logs() -> Iterator[bytes]:
    for seed in range(_WORLDS):
        world = random_world(seed, guests=5, nodes=2, days=3)
        zones = {node.name: node.timezone for node in world.nodes}
        for task in world.tasks:
            yield "\n".join(log_lines(task, zone(zones[task.node]))).encode()


def _answers() -> Iterator[bytes]:
    told = answers_by_path()
    paths = list(told)
    yield b"{}"
    for start in range(_SEEDS):  # each answer in one of them, and each wild value in the place of one
        yield json.dumps({path: told[path] for path in paths[start::_SEEDS]}).encode()
        wild = enumerate(WILD[start::_SEEDS], start)
        yield json.dumps({paths[7 * number % len(paths)]: value for number, value in wild}).encode()


def _tapes() -> Iterator[bytes]:
    yield tape_text(small_tape(WORLD, guests=2)).encode()
    yield b"{}"
