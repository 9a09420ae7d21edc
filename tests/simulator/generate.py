"""Worlds made by chance, each with its share of Proxmox's traps, and one large world for measuring."""

import random
from dataclasses import replace

from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from simulator.chaos import CALM, Chaos
from simulator.history import run_history
from simulator.parts import Guest, Job, Node, Pool, Replication, Snapshot, Storage
from simulator.random_jobs import random_jobs
from simulator.records import Archive
from simulator.world import World

_DAY = 86_400
_INSTANTS = (
    1_772_604_000,  # 2026-03-04 06:00 UTC
    1_772_586_240,  # 2026-03-04 01:04 UTC: nightly jobs in Paris have just begun
    1_774_861_200,  # 2026-03-30 09:00 UTC: the day after summer time began in Europe
    1_793_004_000,  # 2026-10-26 09:20 UTC: the day after it ended
    1_782_864_000,  # 2026-07-01 00:00 UTC
)
_ZONES = ("Europe/Paris", "Europe/Paris", "Europe/Paris", "UTC", "America/New_York", "Asia/Kolkata")
_NAMES = ("web", "db", "mail", "dns", "git", "ci", "files", "proxy", "mon", "cache", "build", "win-dc01")
_HOSTILE = (
    "<script>alert(1)</script>",
    "a|b|c",
    "=cmd()",
    "\x1b[31mred",
    "[x](javascript:1)",
    "été-😀",
    "x" * 200,
    "\u202eright-to-left",
)
_DISKS = ("32G", "8G,backup=0", "100G,backup=1", "4G,backup=no", "16G,iothread=1,discard=on")


def _machine(vmid: int, node: str, dice: random.Random) -> Guest:
    drives: dict[str, str] = {"scsi0": "32G"}
    for key in ("ide0", "scsi1", "virtio0", "sata1"):
        if dice.random() < 0.15:
            drives[key] = dice.choice(_DISKS)
    odd: tuple[tuple[str, str], ...] = (
        ("efidisk0", "4M,efitype=4m"),
        ("tpmstate0", "4M,version=v2.0"),
        ("sata0", "none"),
        ("scsi5", f"local-lvm:vm-{vmid}-cloudinit,media=cdrom"),
        ("scsi6", "/dev/disk/by-id/ata-DISK-1,backup=off,size=4T"),
        ("scsi7", "garbage,no-such-option=1"),
        ("unused0", f"local-lvm:vm-{vmid}-disk-99"),
        ("bios", "ovmf"),
    )
    drives |= {key: value for key, value in odd if dice.random() < 0.08}
    if dice.random() < 0.05:
        drives = {"scsi0": "32G,backup=0"}
    guest = vm(vmid, None, node, **drives)
    if dice.random() < 0.1:
        pending: tuple[tuple[str, str | int | None], ...] = (
            ("scsi0", f"local-lvm:vm-{vmid}-disk-0,backup=0,size=32G"),
        )
        guest = replace(guest, pending=pending)
    return replace(guest, shows_ctime=dice.random() < 0.8)


def _container(vmid: int, node: str, dice: random.Random) -> Guest:
    mounts: tuple[tuple[str, str], ...] = (
        ("mp0", "8G,mp=/data"),
        ("mp1", "8G,mp=/bk,backup=1"),
        ("mp2", "/srv/x,mp=/srv"),
        ("mp3", "/dev/sdb1,mp=/dev-data,backup=1"),
        ("mp10", "1G,mp=/ten,backup=0"),
    )
    return ct(vmid, None, node, **{key: value for key, value in mounts if dice.random() < 0.2})


def _guest(vmid: int, nodes: tuple[Node, ...], now: int, dice: random.Random) -> Guest:
    node = dice.choice(nodes).name
    guest = (_machine if dice.random() < 0.6 else _container)(vmid, node, dice)
    name: str | None = f"{dice.choice(_NAMES)}{vmid}"
    if dice.random() < 0.1:
        name = dice.choice((None, *_HOSTILE))
    template = dice.random() < 0.07
    away = [other.name for other in nodes if other.name != node]
    moved = dice.random() < 0.1 and bool(away)
    return replace(
        guest,
        name=name,
        status="stopped" if template else dice.choice(("running", "running", "stopped")),
        template=template,
        tags=dice.choice((None, None, "prod", "prod;linux", "no-backup")),
        notes=dice.choice((None, None, "managed by hand", "line one\nline two", dice.choice(_HOSTILE))),
        lock=dice.choice((None,) * 9 + ("backup",)),
        created=now - dice.randint(3600, 10 * _DAY) if dice.random() < 0.15 else 0,
        snapshots=(Snapshot("snap1", now - 5 * _DAY, "before upgrade"),) if dice.random() < 0.1 else (),
        metrics=dice.random() >= 0.05,
        lived_on=((now - dice.randint(_DAY, 9 * _DAY), dice.choice(away)),) if moved else (),
    )


def _nodes(count: int, now: int, dice: random.Random) -> tuple[Node, ...]:
    common = dice.random() < 0.6
    nodes = []
    for number in range(1, count + 1):
        up = number == 1 or dice.random() >= 0.12
        node = Node(
            f"pve{number}",
            timezone="Europe/Paris" if common else dice.choice(_ZONES),
            online=up,
            offline_since=None if up else now - dice.randint(600, 9 * _DAY),
            history_since=now - dice.randint(2, 9) * _DAY if dice.random() < 0.25 else 0,
            vzdump_storage=dice.choice((None, None, None, "nas", "local")),
            vzdump_dumpdir="/srv/dump" if dice.random() < 0.05 else None,
            time_error="command 'timedatectl show' failed: exit code 1" if dice.random() < 0.05 else None,
        )
        nodes.append(node)
    return tuple(nodes)


def _storages(nodes: tuple[Node, ...], dice: random.Random) -> tuple[Storage, ...]:
    first, last = nodes[0].name, nodes[-1].name
    shaky = dice.choice((frozenset[str](),) * 5 + (frozenset({"*"}), frozenset({last})))
    key = "aa:bb:cc:dd:ee:ff:00:11" if dice.random() < 0.4 else None
    main = replace(pbs(), encryption=key, offline_on=shaky, pbs_prune=dice.choice(("list", "fail", "empty")))
    choices = (
        replace(pbs("pbs2", datastore="offsite"), disable=dice.random() < 0.5),
        pbs("pbs1-again"),
        pbs("pbs-ns", namespace="team/a"),
        replace(pbs("pbs-first"), nodes=(first,)),
        Storage(
            "cifs1", "cifs", ("backup",), extra=(("server", "192.0.2.21"), ("share", "bk"), ("path", "/mnt/pve/cifs1"))
        ),
        Storage("shared-dir", "dir", ("backup",), shared=True, extra=(("path", "/mnt/shared"),)),
        Storage("iso-only", "dir", ("iso",), extra=(("path", "/mnt/iso"),)),
        Storage("tank", "zfspool", ("images", "rootdir"), extra=(("pool", "tank"),)),
    )
    more = tuple(storage for storage in choices if dice.random() < 0.5)
    return (local(dice.choice(("keep-last=3", None))), local_lvm(), nfs(), main, *more)


def _pools(vmids: list[int], dice: random.Random) -> tuple[Pool, ...]:
    groups: dict[str, list[int]] = {"prod": [], "prod/web": [], "dev": [], "empty": []}
    for vmid in vmids:
        if dice.random() < 0.6:
            groups[dice.choice(("prod", "prod/web", "dev"))].append(vmid)
    if vmids and dice.random() < 0.2:
        groups["dev"].append(vmids[0])  # a guest in two pools belongs to the first
    kept = ("local",) if dice.random() < 0.3 else ()
    return tuple(
        Pool(name, tuple(members), kept if name == "prod" else (), dice.choice((None, f"{name} guests")))
        for name, members in groups.items()
    )


def random_world(seed: int, guests: int = 15, nodes: int = 3, *, days: int = 14, chaos: Chaos | None = None) -> World:
    """A world that differs in everything from seed to seed, with a past of some days."""
    dice = random.Random(seed)
    now = dice.choice(_INSTANTS)
    members = _nodes(nodes, now, dice)
    vmids = sorted(dice.sample(range(100, 100 + 3 * guests), guests))
    made = tuple(_guest(vmid, members, now, dice) for vmid in vmids)
    gone = [vmid for vmid in range(100, 100 + 3 * guests) if vmid not in vmids][: dice.randint(0, 2)]
    deleted = tuple(
        replace(_guest(vmid, members, now, dice), created=0, deleted=now - dice.randint(1, days) * _DAY)
        for vmid in gone
    )
    storages = _storages(members, dice)
    world = World(
        now=now,
        nodes=members,
        guests=made,
        deleted=deleted,
        pools=_pools(vmids, dice),
        storages=storages,
        jobs=random_jobs(
            dice,
            vmids,
            [*gone, 9999],
            [node.name for node in members],
            [storage.id for storage in storages],
            now=now,
        ),
        archives=_odd_archives(storages, members, vmids, now, dice),
        replications=tuple(Replication(vmid, 0, "pve1", "pve2") for vmid in vmids[:1] if nodes > 1),
        cluster="lab" if nodes > 1 else None,
        error_text=dice.random() < 0.8,
    )
    return run_history(world, days, dice, chaos)


def _odd_archives(
    storages: tuple[Storage, ...],
    nodes: tuple[Node, ...],
    vmids: list[int],
    now: int,
    dice: random.Random,
) -> tuple[Archive, ...]:
    """Backup files that somebody renamed, and one that names no guest."""
    place = storages[0].place(nodes[0].name)
    vmid = dice.choice(vmids)
    names = (
        (f"vzdump-qemu-{vmid}-before-upgrade.vma.zst", vmid),
        ("golden-image.vma.zst", None),
        ("vzdump-lxc-notes.txt", None),
    )
    return tuple(
        Archive(place, owner, "qemu" if owner else "unknown", now - dice.randint(1, 90) * _DAY, 4096, filename=name)
        for name, owner in names
        if dice.random() < 0.3
    )


def big_world(guests: int = 500, nodes: int = 10, runs: int = 30) -> World:
    """A calm, large world: one nightly job for all to PBS over the last `runs` nights, one weekly to a share."""
    now, dice = _INSTANTS[0], random.Random(1)
    names = [f"pve{number:02d}" for number in range(1, nodes + 1)]
    made = tuple(
        (vm if vmid % 3 else ct)(vmid, f"guest{vmid}", names[vmid % nodes]) for vmid in range(1000, 1000 + guests)
    )
    world = World(
        now=now,
        nodes=tuple(Node(name) for name in names),
        guests=made,
        pools=tuple(Pool(f"pool{at}", tuple(range(1000 + at, 1000 + guests, 20))) for at in range(20)),
        storages=(local(), local_lvm(), nfs(), pbs()),
        jobs=(
            Job("backup-nightly", "01:00", storage="pbs1", all=True, notes_template="{{guestname}}"),
            Job("backup-weekly", "sat 12:00", storage="nas", pool="pool1", compress="zstd"),
        ),
    )
    return run_history(world, runs, dice, CALM)
