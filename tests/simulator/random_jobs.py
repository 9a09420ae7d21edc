"""Backup jobs made by chance, sane ones and odd ones."""

import hashlib
import random
from dataclasses import replace

from simulator.parts import Job, Setting

SCHEDULES = (
    "02:00",
    "21:00",
    "daily",
    "mon..fri 22:30",
    "mon,wed,fri 04:15",
    "*/6:00",
    "sat 01:00",
    "sun 02:30",
    "monthly",
    "*-*-1 05:00",
)
_USUAL = ("pbs1", "pbs1", "pbs1", "nas", "nas", "local")
NEVER = ("2015-10-21 02:00", "02-30 03:00")
_PRUNES: tuple[tuple[Setting, ...], ...] = (
    (),
    (("keep-last", 3),),
    (("keep-daily", 7), ("keep-weekly", 4)),
    (("keep-all", 1),),
)


def _selection(dice: random.Random, vmids: list[int], orphans: list[int]) -> dict[str, str | bool]:
    """One way to say which guests a job takes, with the weight of real clusters."""
    some = ",".join(map(str, dice.sample(vmids, min(len(vmids), dice.randint(1, 5)))))
    few = dice.choice((",", ";", " ")).join(map(str, dice.sample(vmids, min(len(vmids), 2))))
    ways: tuple[tuple[int, dict[str, str | bool]], ...] = (
        (10, {"all": True}),
        (8, {"all": True, "exclude": few}),
        (8, {"pool": dice.choice(("prod", "prod/web", "dev"))}),
        (5, {"vmid": some}),
        (2, {"vmid": f"{some},{dice.choice(orphans)}"}),
        (1, {"vmid": f"{some},{some}"}),
        (1, {"exclude": few}),
        (1, {"pool": "empty"}),
        (1, {"pool": "gone-pool"}),
        (1, {"all": True, "vmid": some}),
        (1, {"pool": "prod", "vmid": some}),
        (1, {}),
    )
    return dice.choices([way for _, way in ways], [weight for weight, _ in ways])[0]


def _job(dice: random.Random, name: str, chosen: dict[str, str | bool], nodes: list[str], storages: list[str]) -> Job:
    storage = dice.choice((*storages, "no-such-storage", None)) if dice.random() < 0.2 else dice.choice(_USUAL)
    taken: dict[str, str] = {key: str(value) for key, value in chosen.items() if key != "all"}
    return Job(
        name,
        schedule=dice.choice(SCHEDULES) if dice.random() < 0.96 else dice.choice(NEVER),
        storage=storage,
        dumpdir="/srv/dump" if storage is None and dice.random() < 0.3 else None,
        all=True if chosen.get("all") else None,
        vmid=taken.get("vmid"),
        exclude=taken.get("exclude"),
        pool=taken.get("pool"),
        node=dice.choice(nodes) if dice.random() < 0.12 else None,
        mode=dice.choice(("snapshot", "snapshot", "stop", "suspend")),
        compress=dice.choice((None, "zstd", "zstd", "gzip", "0")),
        prune=dice.choice(_PRUNES),
        notes_template="{{guestname}}" if dice.random() < 0.4 else None,
        protected=True if dice.random() < 0.05 else None,
        comment=dice.choice((None, "nightly", "<b>für Kunden</b>")),
    )


def _legacy(job: Job, number: int, dice: random.Random) -> Job:
    """The same as a line of vzdump.cron, which knows days and a time, and fewer options."""
    return replace(
        job,
        id=f"{hashlib.sha1(job.id.encode(), usedforsecurity=False).hexdigest()}:{number + 1}",
        schedule=dice.choice(("mon,tue,wed,thu,fri 08:27", "sun 22:53", "03:15")),
        legacy=True,
        notes_template=None,
        protected=None,
        prune=(),
        comment=None,
    )


def random_jobs(
    dice: random.Random,
    vmids: list[int],
    orphans: list[int],
    nodes: list[str],
    storages: list[str],
    *,
    now: int,
) -> tuple[Job, ...]:
    """Up to six jobs; some are switched off, some are lines of vzdump.cron."""
    jobs = []
    for number in range(dice.choice((0, 1, 2, 3, 3, 4, 4, 5, 5, 6))):
        job = _job(
            dice, f"backup-{number}{dice.getrandbits(24):06x}", _selection(dice, vmids, orphans), nodes, storages
        )
        if dice.random() < 0.15:
            job = replace(job, enabled=False, disabled_since=now - dice.randint(1, 10) * 86_400)
        elif dice.random() < 0.12:
            job = _legacy(job, number, dice)
        jobs.append(job)
    return tuple(jobs)
