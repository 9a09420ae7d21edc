"""How inputs are changed: JSON by its structure, so that what comes out is JSON again; everything else by its bytes."""

import json
import random

from fuzz.targets import answers_by_path
from hostile.mangling import WILD, mangle

_BY_BYTES = 0.1
_SIGNS = (b"\0", b"\n", b"\xff", b"9999999999", b"INFO: ", b"ERROR: ", b"'", b'"', b"\\", b" ", b"\xe2\x80\xa8")


def mutated(target: str, data: bytes, seed: int) -> bytes:
    """Return other bytes.

    Args:
        target: what they are for.
        data: what they were.
        seed: decides on all that is left to chance.
    """
    dice = random.Random(seed)
    if target == "log" or dice.random() < _BY_BYTES:
        return _soiled(data, dice)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return _soiled(data, dice)
    if target == "answers" and isinstance(value, dict):
        path = dice.choice(list(answers_by_path()))
        value = {**value, path: dice.choice((answers_by_path()[path], dice.choice(WILD)))}
    return json.dumps(mangle(value, dice, dice.choice((0.001, 0.01, 0.1)))).encode()


def _soiled(data: bytes, dice: random.Random) -> bytes:
    at, end = sorted((dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)))
    lines = data.split(b"\n")
    other = dice.choice(lines)
    return dice.choice((
        data[:at],
        data[:at] + dice.choice(_SIGNS) + data[at:],
        data[:at] + data[end:],
        data[:end] + data[at:],
        data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :],
        b"\n".join([*lines[: len(lines) // 2], other, *lines[len(lines) // 2 :]]),
        b"\n".join(line for line in lines if line != other),
        b"\n".join(dice.sample(lines, len(lines))),
    ))  # fmt: skip
