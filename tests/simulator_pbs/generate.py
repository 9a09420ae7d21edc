"""Backup servers made by chance, each with its share of traps, and one large one for measuring."""

import random
from dataclasses import replace
from typing import Literal

from simulator import World
from simulator_pbs import traps
from simulator_pbs.from_pve import backup_task, pbs_of, servers_of
from simulator_pbs.parts import Datastore, GcState, Remote, User
from simulator_pbs.random_jobs import with_jobs
from simulator_pbs.records import PbsTask, Snapshot
from simulator_pbs.rights import AclEntry
from simulator_pbs.world import PbsWorld

_DAY = 86_400
_BIG_NOW = 1_772_604_000  # 2026-03-04 06:00 UTC, as in the large cluster
_DEEP = ("team", "team/a", "team/a/old")
_VERSIONS = (("4.1", "2"), ("4.1", "2"), ("3.4", "8"), ("3.2", "7"))
_MAINTENANCE = ("offline,message=new-disks", "read-only", "type=offline", "unmount", "delete")
_OTHERS = (
    AclEntry("/datastore/main", "alice@pbs", "DatastoreReader"),
    AclEntry("/datastore/main/team", "bob@pbs!scan", "DatastoreAudit", propagate=False),
    AclEntry("/", "root@pam!automation", "Admin"),
)


def _used_up(store: Datastore, now: int, dice: random.Random) -> Datastore:
    """The datastore with some use, a forecast, and a garbage collection that may have failed or never run."""
    used = int(store.total * dice.choice((0.1, 0.6, 0.87, 0.99)))
    start = now - dice.choice((1, 3, 40)) * _DAY
    status = dice.choice(("OK", "OK", "WARNINGS: 1", "unable to get exclusive lock"))
    last = PbsTask("garbage_collection", store.name, start, start + 1800, status, number=dice.getrandbits(31))
    gc = GcState(
        schedule=dice.choice(("daily", "sat 18:15", None)),
        last=dice.choice((last, last, last, None)),
        disk_bytes=used,
        index_data_bytes=used * dice.randint(2, 30),
        index_file_count=dice.randint(1, 5000),
        removed_bytes=dice.randint(0, used // 50),
        pending_bytes=dice.randint(0, used // 20),
        still_bad=dice.choice((0, 0, 0, 3)),
    )
    return replace(
        store,
        used=used,
        gc=gc,
        estimated_full_date=dice.choice((None, 0, now - 30 * _DAY, now + 5 * _DAY, now + 900 * _DAY)),
        verify_new=dice.choice((None, True, False)),
        prune_schedule=dice.choice((None, None, "daily")),
    )


def _more_stores(names: set[str], dice: random.Random) -> list[Datastore]:
    """Datastores that no storage names: one as it is, one in maintenance, one that can be taken out."""
    out: Literal["mounted", "notmounted"] = dice.choice(("mounted", "notmounted"))
    choices = (
        Datastore("attic", comment="old clusters"),
        Datastore("repair", maintenance=dice.choice(_MAINTENANCE)),
        Datastore("usb", 500_000_000_000, 100_000_000_000, mount_status=out),
    )
    return [store for store in choices if store.name not in names and dice.random() < 0.6]


def random_pbs(seed: int, world: World, server: str | None = None) -> PbsWorld:
    """The backup server behind a cluster (its first, unless named) with all that a reporter may trip over."""
    dice = random.Random(seed)
    known = servers_of(world)
    base = pbs_of(world, server or (known[0] if known else "192.0.2.30"))
    version, release = dice.choice(_VERSIONS)
    stores = list(base.datastores) or [Datastore("main")]
    stores[0] = replace(stores[0], namespaces=tuple(sorted({*stores[0].namespaces, *_DEEP})))
    stores += _more_stores({store.name for store in stores}, dice)
    if dice.random() < 0.15:
        at = dice.randrange(len(stores))
        stores[at] = replace(stores[at], maintenance=dice.choice(_MAINTENANCE))
    stores = [_used_up(store, world.now, dice) for store in stores]
    lying = traps.spoiled(list(base.snapshots), world.now, dice)
    lying += traps.copies(lying, stores[0].name, _DEEP[2], dice)
    for store in stores[1:]:
        lying += traps.copies(list(base.snapshots), store.name, "", dice)
    lying = traps.taken_once(lying)
    lying += traps.foreign(lying, world, dice)
    lying += traps.odd(stores[0].name, stores[0].namespaces, world.now, dice)
    lying = traps.reowned(traps.taken_once(lying), dice)
    dice.shuffle(lying)
    collections = [store.gc.last for store in stores if store.gc.last is not None]
    recent = [snapshot for snapshot in lying if snapshot.time > world.now - 3 * _DAY]
    full = replace(
        base,
        version=version,
        release=release,
        datastores=tuple(stores),
        snapshots=tuple(lying),
        remotes=(Remote("far"),),
        tasks=(*(backup_task(made, number, world.now) for number, made in enumerate(recent, 10)), *collections),
        users=(*base.users, User("alice@pbs", (), "storage team"), User("bob@pbs", ("scan",), enable=False)),
        acl=_OTHERS,
    )
    return with_jobs(full, dice)


def big_pbs(snapshots: int = 30_000, per_group: int = 30) -> PbsWorld:
    """A calm, large backup server: nightly backups of a cluster's guests, in the root and in a namespace."""
    lying = []
    for number in range(snapshots):
        vmid, night = 1000 + number // per_group, number % per_group
        time = _BIG_NOW - 5 * 3600 - night * _DAY + vmid % 3600
        made = Snapshot(
            store="main",
            namespace="" if vmid % 2 else "team",
            type="vm" if vmid % 3 else "ct",
            id=str(vmid),
            time=time,
            verification="ok" if night else None,
            verified_at=time + 3600 if night else None,
            comment=f"guest{vmid}",
            cluster="lab",
        )
        lying.append(made)
    store = Datastore("main", 40_000_000_000_000, 20_000_000_000_000, namespaces=("team",))
    nightly = [made for made in lying if made.verification is None]
    tasks = tuple(backup_task(made, number, _BIG_NOW) for number, made in enumerate(nightly, 10))
    return PbsWorld("192.0.2.30", _BIG_NOW, datastores=(store,), snapshots=tuple(lying), tasks=tasks)
