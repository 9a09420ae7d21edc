"""Answers that nearly are what Proxmox sends: fields replaced, dropped, doubled, cut and made absurd."""

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from hostile.strings import THEMES, filled
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape
from simulator import PRESETS, random_world
from simulator_pbs import PRESETS as PBS_PRESETS
from simulator_pbs import random_pbs, servers_of
from tape_from_simulator import record, record_pbs, with_servers

_NESTED: list[object] = []
for _ in range(40):
    _NESTED = [_NESTED]

WILD: tuple[object, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**63, -(2**63), 10**400, -(10**3000), 1e308, -1e308, 1e-5, 0.5, -0.0, 1e17,
    253_402_300_799, 253_402_300_800, -62_135_596_801, 10**11, 10**12, 10**15, 10**17,
    "", "0", "1", "-1", "100", "qemu", "lxc", "9" * 18, "9" * 5000, "\ud800", "\0", "a\0b", "x" * 3000,
    [], {}, [None], [[]], [{}], {"": None}, {"a": {"b": [None]}}, _NESTED,
    "2026-03-04", "9999-12-31 23:59:59", "0001-01-01 00:00:00", "9999-12-31T23:59:59Z", "Europe", "../../etc/passwd",
    "%s%n{0}{x}", "0 0 * * *", "*-*-31 99:99", "1..9/0:*", "/", "a/b", ",", "=", ",,=,", "keep-all=1", "keep-last=-1",
    "keep-last=99999999999999999999",
    "UPID:pve1:00000000:00000000:FFFFFFFFFFFF:vzdump:100:root@pam:",
    "local:backup/vzdump-qemu-100-9999_12_31-23_59_59.vma.zst", "pbs1:backup/vm/100/9999-12-31T23:59:59Z",
    "local:backup/vzdump-qemu-100-0001_01_01-00_00_00.vma.zst", "pbs1:backup/vm/100/0001-01-01T00:00:00Z",
    "INFO: Starting Backup of VM 100 (qemu)", "INFO: Backup started at 9999-12-31 23:59:59",
    "INFO: Backup finished at 0001-01-01 00:00:00", "INFO: Finished Backup of VM 100 (999999:59:59)",
    *(filled(theme, 7) for theme in THEMES if theme != "long"),
)  # fmt: skip
"""Values that no field of Proxmox ever has, and some that other fields have."""


@cache
def small_tape(seed: int, guests: int = 5) -> Tape:
    """Return what the collector gets of a small world with a past and with backup servers."""
    world = random_world(seed, guests=guests, nodes=2, days=2)
    servers = [
        record_pbs(random_pbs(seed, world, address), PBS_PRESETS["root_full"], address, name=f"vault{number}")
        for number, address in enumerate(servers_of(world))
    ]
    return with_servers(record(world, PRESETS["root_full"]), *servers)


def mangled_tape(tape: Tape, dice: random.Random) -> Tape:
    """Return a tape of which some answers, in few or in many places, are not what they were."""
    chance = dice.choice((0.001, 0.01, 0.1))

    def mangled(answers: Mapping[str, Answer]) -> dict[str, Answer]:
        found = {}
        for path, answer in answers.items():
            luck = dice.random()
            if luck < 0.01:
                continue
            if luck < 0.03:
                found[path] = Answer(AnswerKind.OK, 200, dice.choice(WILD))
            elif luck < 0.5 and answer.ok:
                found[path] = replace(answer, data=mangle(answer.data, dice, chance))
            else:
                found[path] = answer
        return found

    servers = tuple(replace(server, answers=mangled(server.answers)) for server in tape.pbs)
    return replace(tape, answers=mangled(tape.answers), pbs=servers)


def mangle(value: object, dice: random.Random, chance: float) -> object:
    """Return JSON in which each part was replaced, cut or doubled by some chance."""
    if dice.random() < chance:
        value = dice.choice(WILD) if dice.random() < 0.5 else _spoilt(value, dice)
    if isinstance(value, list):
        return [mangle(item, dice, chance) for item in value]
    if isinstance(value, dict):
        return {key: mangle(item, dice, chance) for key, item in value.items()}
    return value


def _spoilt(value: object, dice: random.Random) -> object:
    match value:
        case [_, *_]:
            return dice.choice((
                [item for item in value if dice.random() < 0.6],
                [*value, dice.choice(value)],
                [*value, dice.choice(WILD)],
                [dice.choice(WILD) if dice.random() < 0.3 else item for item in value],
            ))  # fmt: skip
        case dict() if value:
            key = dice.choice(list(value))
            return dice.choice((
                {name: item for name, item in value.items() if name != key},
                {**value, key: dice.choice(WILD)},
                {**value, str(dice.choice(WILD))[:50]: dice.choice(WILD)},
            ))  # fmt: skip
        case str():
            at = dice.randrange(len(value) + 1)
            sign = dice.choice(("\0", "\n", "\ud800", ",", "=", "/", "-", "9" * 20, ":", " "))
            return dice.choice((value[:at], value[:at] + sign + value[at:], value + value))
        case bool():
            return str(value)
        case int():
            return dice.choice((value + 1, -value, value * 10**9, value * 10**18, str(value), value % 10**15 / 7))
        case _:
            return dice.choice(WILD)
