"""Names that attack, in the history: SQLite and PostgreSQL keep what they may and lose no run over it."""

import random
from dataclasses import replace
from pathlib import Path

from history.lab import NIGHTLY, Keeper, lab
from hostile.strings import THEMES, filled
from simulator import World
from simulator.builders import nfs

DICE = random.Random(1)
LONG = "".join(chr(DICE.randrange(0x4E00, 0x9FFF)) for _ in range(20_000))  # cannot be packed
KEYS = (*(filled(theme, 1) for theme in THEMES), "\0", "\ud800", "a\0b" * 3, "x" * 100_000, LONG)


def hostile_lab() -> World:
    """A cluster with a job and a storage for each of them, and guests of such names."""
    world = lab()
    guests = tuple(replace(guest, name=name, notes=name) for guest, name in zip(world.guests, KEYS[5:], strict=False))
    jobs = tuple(replace(NIGHTLY, id=f"{key}-job", enabled=False, comment=key) for key in KEYS)
    storages = (*world.storages, *(nfs(f"{key}-nas") for key in KEYS))
    return replace(world, guests=guests, jobs=(*world.jobs, *jobs), storages=storages)


def see(keeper: Keeper) -> None:
    """Keep two runs of it between two plain ones: no fault, and the changes are told."""
    keeper.run(lab())
    new = keeper.run(hostile_lab())
    assert keeper.faults == []
    assert new.past is not None
    assert len(new.past.changes) >= len(KEYS)
    same = keeper.run(hostile_lab())
    assert keeper.faults == []
    assert same.past is not None
    assert same.past.changes == ()
    gone = keeper.run(lab())
    assert keeper.faults == []
    assert gone.past is not None
    assert len(gone.past.changes) == len(new.past.changes)


def test_sqlite_and_postgresql_keep_runs_in_which_every_name_attacks(place: Path | str) -> None:
    see(Keeper(place))
