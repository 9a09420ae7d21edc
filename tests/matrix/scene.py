"""The scene of the fault matrix: a small cluster and its backup server, where every claim is made about some guest."""

import random
from dataclasses import dataclass, replace

from simulator import CALM, PRESETS, Job, Node, Pool, ProxmoxApi, Snapshot, World, run_history
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from simulator_pbs import PRESETS as PBS_PRESETS
from simulator_pbs import PbsApi
from simulator_pbs.demo import demo_server

NOW = 1_772_604_000
"""2026-03-04 06:00 UTC."""
SERVER = "192.0.2.30"
_DAY = 86_400


def _world() -> World:
    """Covered and partial, fresh, late and never, and two without a job that counts."""
    guests = (
        vm(100, "web", "pve1"),
        vm(101, "late", "pve2"),
        ct(102, "mail", "pve2"),
        vm(103, "alone", "pve1"),
        vm(104, "off", "pve1"),
        vm(105, "half", "pve2", scsi0="8G", scsi1="8G,backup=0"),
        replace(vm(107, "aged", "pve1"), snapshots=(Snapshot("before", NOW - 90 * _DAY),)),
    )
    world = World(
        now=NOW,
        nodes=(Node("pve1"), Node("pve2")),
        guests=guests,
        pools=(Pool("prod", (100, 101)),),
        storages=(local(), local_lvm(), nfs("nas"), pbs("pbs1")),
        jobs=(
            Job("nightly", "01:30", storage="pbs1", pool="prod"),
            Job("files", "00:30", storage="nas", vmid="101,105,107"),
            Job("plain", "22:00", vmid="102"),
            Job("off", "02:00", enabled=False, storage="nas", vmid="104"),
        ),
    )
    world = run_history(world, 3, random.Random(1), CALM)
    kept = tuple(archive for archive in world.archives if archive.vmid != 101 or archive.ctime < NOW - 2 * _DAY)
    jobs = (*world.jobs, Job("new", "03:00", storage="nas", vmid="106"))
    born = replace(vm(106, "never", "pve1"), created=NOW - 5 * _DAY, shows_ctime=True)
    return replace(world, archives=kept, guests=(*world.guests, born), jobs=jobs)


@dataclass(frozen=True, slots=True)
class Scene:
    """A cluster and a backup server as two tokens see them."""

    cluster: ProxmoxApi
    server: PbsApi


WORLD = _world()
SEES_ALL = Scene(ProxmoxApi(WORLD, PRESETS["root_full"]), PbsApi(demo_server(WORLD), PBS_PRESETS["root_full"]))
SEES_LESS = Scene(ProxmoxApi(WORLD, PRESETS["auditor"]), PbsApi(demo_server(WORLD), PBS_PRESETS["auditor"]))
__all__ = ["NOW", "SEES_ALL", "SEES_LESS", "SERVER", "WORLD", "Scene"]
