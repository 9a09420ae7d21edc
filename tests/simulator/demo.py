"""The fictional cluster "lab" of the demonstration: small, realistic, and with one guest for every kind of trouble."""

import random
from collections.abc import Callable
from dataclasses import replace

from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from simulator.chaos import CALM
from simulator.history import run_history
from simulator.parts import Guest, Job, Node, Pool
from simulator.records import GuestRun, Task
from simulator.world import World

NOW = 1_772_604_000
"""2026-03-04T06:00:00Z, a Wednesday; 07:00 in Paris."""

_DAY = 86_400
_PBS_DOWN = (
    "could not activate storage 'pbs1': pbs1: error fetching datastores - "
    "500 Can't connect to 192.0.2.30:8007 (Connection refused)"
)
_Edit = Callable[[Task, GuestRun], GuestRun | None]


def _guests() -> tuple[Guest, ...]:
    web = vm(100, "web", "pve1", scsi0="32G", agent="1")
    db = vm(101, "db", "pve1", scsi0="64G", scsi1="200G,backup=0", agent="1")
    windows = vm(
        130, "win-dc01", "pve1", bios="ovmf", efidisk0="4M,efitype=4m", scsi0="80G", tpmstate0="4M,version=v2.0"
    )
    return (
        replace(
            web, tags="prod;web", notes="Public web site.\nOwner: web team", created=NOW - 400 * _DAY, shows_ctime=True
        ),
        replace(db, tags="prod", notes="PostgreSQL. scsi1 holds scratch tables only."),
        replace(
            ct(102, "mail", "pve2", rootfs="16G", mp0="100G,mp=/var/vmail"), tags="prod", notes="Postfix and Dovecot"
        ),
        ct(103, "dns", "pve1", rootfs="4G"),
        replace(vm(110, "gitlab", "pve2", scsi0="120G", agent="1"), tags="dev;prod"),
        replace(vm(111, "nextcloud", "pve3", scsi0="250G"), tags="prod", notes="Files of the office"),
        ct(112, "proxy", "pve2", rootfs="4G"),
        replace(
            vm(113, "wiki", "pve1", scsi0="8G"),
            created=NOW - 3 * _DAY,
            shows_ctime=True,
            lock="snapshot",
            tags="prod",
        ),
        replace(vm(120, "ci-runner", "pve2", scsi0="60G"), tags="dev"),
        replace(
            vm(121, "scratch", "pve2", scsi0="20G"),
            tags="dev;no-backup",
            notes="Can be lost at any time",
            status="stopped",
        ),
        windows,
        replace(vm(140, "camera", "pve3", scsi0="500G"), notes="Video recorder of the entrance"),
        replace(ct(141, "monitor", "pve1", rootfs="12G", mp0="/srv/graphs,mp=/graphs"), tags="infra"),
        replace(vm(900, "tmpl-debian13", "pve1", scsi0="8G"), template=True, status="stopped"),
    )


def _jobs() -> tuple[Job, ...]:
    return (
        Job("backup-prod", "01:30", storage="pbs1", pool="prod", notes_template="{{guestname}}", comment="Every night"),
        Job(
            "backup-weekly", "sat 03:00", storage="nas", all=True, exclude="121", compress="zstd", comment="Everything"
        ),
        Job("backup-camera-old", "02:00", enabled=False, storage="local", vmid="140", compress="zstd"),
        Job(
            "backup-ci",
            "mon..fri 12:30",
            storage="local",
            node="pve2",
            vmid="105,120",
            compress="zstd",
            prune=(("keep-last", 3),),
        ),
    )


def _edited(world: World, edit: _Edit) -> World:
    """The world with some runs made worse; an archive goes with the run that no longer makes it."""
    tasks, lost = [], set()
    for task in world.tasks:
        runs = []
        for run in task.runs:
            new = edit(task, run)
            if new is not run:
                lost.add((run.vmid, run.start))
            if new is not None:
                runs.append(new)
        bad = any(run.outcome != "ok" for run in runs)
        status = "job errors" if bad and task.shape == "normal" else task.status
        tasks.append(replace(task, runs=tuple(runs), status=status))
    kept = tuple(archive for archive in world.archives if (archive.vmid, archive.ctime) not in lost)
    return replace(world, tasks=tuple(tasks), archives=kept)


def _troubles(task: Task, run: GuestRun) -> GuestRun | None:
    """What befell: gitlab failed last night, the wiki stays locked, pve3 has not reached pbs1 for two nights."""
    last_night = task.starttime > NOW - _DAY
    if run.vmid == 110 and last_night and task.job == "backup-prod":
        return replace(run, outcome="failed", error="job failed with err -28 - No space left on device")
    if run.vmid == 113:
        return replace(run, outcome="failed", end=run.start, stage="lock", error="VM is locked (snapshot)")
    if task.node == "pve3" and task.starttime > NOW - 2 * _DAY:
        return None
    return run


def _unreached(task: Task) -> Task:
    """The runs of pve3 in the last two nights died before any guest."""
    if task.node == "pve3" and task.job == "backup-prod" and task.starttime > NOW - 2 * _DAY:
        return replace(task, shape="setup", status=_PBS_DOWN, endtime=task.starttime)
    return task


def demo_world() -> World:
    """The cluster "lab" on the morning of 4 March 2026."""
    old = replace(vm(105, "old-shop", "pve2", scsi0="40G"), deleted=NOW - 9 * _DAY)
    world = World(
        now=NOW,
        cluster="lab",
        nodes=(Node("pve1"), Node("pve2"), Node("pve3")),
        guests=_guests(),
        deleted=(old,),
        pools=(
            Pool("prod", (100, 101, 102, 103, 110, 111, 112, 113), comment="Production"),
            Pool("dev", (120, 121), comment="Development"),
        ),
        storages=(
            local(),
            local_lvm(),
            replace(nfs(), nodes=("pve1", "pve2")),
            replace(pbs(prune="keep-daily=7,keep-weekly=4"), encryption="5f:1e:0a:77:c3:9d:42:b8"),
            replace(nfs("nas-old", server="192.0.2.19"), disable=True),
        ),
        jobs=_jobs(),
    )
    world = _edited(run_history(world, 28, random.Random(4), CALM), _troubles)
    world = replace(world, tasks=tuple(_unreached(task) for task in world.tasks))
    spoilt = next(archive for archive in world.archives if archive.vmid == 103 and archive.verification)
    return replace(
        world,
        archives=tuple(replace(item, verification="failed") if item is spoilt else item for item in world.archives),
    )
