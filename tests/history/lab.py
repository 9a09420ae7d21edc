"""A small cluster, morning after morning, and a program that remembers it."""

import random
from dataclasses import replace
from pathlib import Path

from pve_backup_report.history.memory import Memory
from pve_backup_report.model.policy import NO_POLICY, Policy
from pve_backup_report.model.report import Report
from pve_backup_report.model.wishes import Wishes
from pve_backup_report.pipeline import report_of
from simulator import CALM, PRESETS, Guest, Job, Node, World, run_history
from simulator.builders import ct, local, local_lvm, nfs, vm
from tape_from_simulator import record

DAY = 86_400
NOW = 1_772_604_000
"""2026-03-04T06:00:00Z, a Wednesday."""
YEARS = 3 * 365 * DAY

WEB, DB, MAIL = vm(100, "web", "pve1"), vm(101, "db", "pve2"), ct(102, "mail", "pve1")
GUESTS = (WEB, DB, MAIL)
NIGHTLY = Job("nightly", "01:30", storage="nas", all=True)
STORAGES = (local(), local_lvm(), nfs("nas"))


def lab(*, guests: tuple[Guest, ...] = GUESTS, jobs: tuple[Job, ...] = (NIGHTLY,), now: int = NOW) -> World:
    """Return two nodes that have been backed up for ten nights as their jobs say now."""
    nodes = (Node("pve1"), Node("pve2"))
    world = World(now=now, nodes=nodes, guests=guests, storages=STORAGES, jobs=jobs)
    return run_history(world, 10, random.Random(1), CALM)


def morning(world: World, who: str = "root_full", policy: Policy = NO_POLICY) -> Report:
    """Return the report of a morning, without a history."""
    return report_of(record(world, PRESETS[who]), wishes=Wishes(policy=policy))


class Keeper:
    """Runs morning after morning with one history."""

    def __init__(self, place: Path | str, cluster: str = "lab", keep_s: int = YEARS) -> None:
        self._place, self._cluster, self._keep_s = place, cluster, keep_s
        self.faults: list[str] = []

    def run(self, world: World, who: str = "root_full", *, told: bool = True, policy: Policy = NO_POLICY) -> Report:
        """Report, and keep the run."""
        memory = Memory(self._place, self._cluster, world.now, self._keep_s)
        memory.open()
        report = memory.added_to(morning(world, who, policy))
        memory.keep(report)
        memory.close(told=told)
        self.faults = memory.faults
        return report


def without(world: World, vmid: int) -> World:
    """Return a world in which a guest is gone."""
    return replace(world, guests=tuple(guest for guest in world.guests if guest.vmid != vmid))
