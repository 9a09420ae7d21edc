"""The six worlds of the golden tapes; each tells one story. Recorded by ``tools/make_golden_tapes.py``."""

import random
from collections.abc import Mapping
from dataclasses import replace

from pve_backup_report.collect.tape_file import tape_bytes
from pve_backup_report.model.tape import Tape
from simulator import CALM, PRESETS, Job, Node, World, demo_world, run_history
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from simulator_pbs import PRESETS as PBS_PRESETS
from simulator_pbs.demo import demo_server
from tape_from_simulator import record, record_pbs, with_servers

NOW = 1_772_604_000
"""2026-03-04T06:00:00Z, a Wednesday; 07:00 in Paris."""

_NAMES = (
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "**bold** [link](http://evil.example) | pipe |",
    "\x1b[31mred\x1b[0m", "\u202egpj.exe\u2066", "x" * 10_000,
)  # fmt: skip


def quiet(*, down: bool = False) -> World:
    """Three nodes, five guests, one job to a backup server and one to a file server; 28 good nights."""
    nodes = (Node("pve1"), Node("pve2", online=not down, offline_since=NOW - 30 * 3600 if down else None), Node("pve3"))
    guests = (
        vm(100, "web", "pve1", tags="prod"), vm(101, "db", "pve2", tags="prod"), ct(102, "mail", "pve3"),
        ct(103, "dns", "pve1", status="stopped"), vm(104, "git", "pve2"),
    )  # fmt: skip
    world = World(
        now=NOW,
        nodes=nodes,
        guests=guests,
        storages=(local(), local_lvm(), nfs("nas"), pbs("pbs1")),
        jobs=(Job("nightly", "01:30", storage="pbs1", all=True), Job("weekly", "sat 03:00", storage="nas", all=True)),
    )
    return run_history(world, 28, random.Random(1), CALM)


def hostile() -> World:
    """The quiet world, in which every tenant types what harms."""
    world = quiet()
    named = zip(world.guests, _NAMES, strict=False)
    guests = tuple(replace(guest, name=text, notes=text, tags="a;<b>") for guest, text in named)
    jobs = tuple(replace(job, comment=_NAMES[0]) for job in world.jobs)
    return replace(world, guests=guests, jobs=jobs, cluster=_NAMES[0])


def _with_server(world: World) -> Tape:
    server = record_pbs(demo_server(world), PBS_PRESETS["root_full"], "192.0.2.30", name="pbs-main")
    return with_servers(_tape(world), server)


def _tape(world: World, who: str = "root_full") -> Tape:
    return record(world, PRESETS[who], timezone="Europe/Paris")


def tapes() -> Mapping[str, bytes]:
    """Return the content of each tape file, by name."""
    made = {
        "healthy": _tape(quiet()),
        "many-faults": _tape(demo_world()),
        "audit-only": _tape(quiet(), "auditor"),
        "node-down": _tape(quiet(down=True)),
        "backup-server": _with_server(quiet()),
        "hostile": _tape(hostile()),
    }
    return {name: tape_bytes(tape, f"{name}.json.gz") for name, tape in made.items()}
