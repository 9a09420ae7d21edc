"""The backup server behind a simulated cluster: the same archives, as they lie there."""

from dataclasses import dataclass

from simulator import Archive, Storage, World
from simulator_pbs.parts import Datastore, GcState, User
from simulator_pbs.records import PbsTask, Snapshot
from simulator_pbs.rights import user_of
from simulator_pbs.world import PbsWorld

_SECONDS = 60
_VERIFY_DELAY = 3600  # the moment that the simulated Proxmox VE shows as well


@dataclass(frozen=True, slots=True)
class Target:
    """Where the storages of one place put their backups, and as whom."""

    store: str
    namespace: str
    owner: str


def servers_of(world: World) -> list[str]:
    """The backup servers that a cluster's storages name."""
    named = [str(dict(storage.extra).get("server")) for storage in world.storages if storage.is_pbs]
    return list(dict.fromkeys(named))


def _storages(world: World, server: str) -> list[Storage]:
    return [storage for storage in world.storages if storage.is_pbs and dict(storage.extra).get("server") == server]


def _target(storage: Storage) -> Target:
    keys = dict(storage.extra)
    owner = str(keys.get("username", "root@pam"))
    return Target(str(keys.get("datastore")), str(keys.get("namespace", "")), owner)


def _with_parents(namespaces: set[str]) -> tuple[str, ...]:
    """Namespaces, and those above each."""
    found: set[str] = set()
    for namespace in namespaces:
        parts = namespace.split("/") if namespace else []
        found |= {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return tuple(sorted(found))


def _snapshot(archive: Archive, target: Target, cluster: str | None) -> Snapshot:
    """An archive as PBS has it; one without a manifest has neither size nor notes."""
    key = None if archive.encrypted in {None, "1"} else archive.encrypted
    return Snapshot(
        store=target.store,
        namespace=target.namespace,
        type="vm" if archive.type == "qemu" else "ct",
        id=str(archive.vmid),
        time=archive.ctime,
        size=archive.size if archive.finished else None,
        finished=archive.finished,
        crypt="none" if archive.encrypted is None else "encrypt",
        verification=archive.verification,
        verified_at=None if archive.verification is None else archive.ctime + _VERIFY_DELAY,
        owner=target.owner,
        protected=archive.protected,
        comment=archive.notes,
        fingerprint=key,
        cluster=cluster,
    )


def backup_task(snapshot: Snapshot, number: int, now: int) -> PbsTask:
    """The task that made a snapshot, by the owner of its group."""
    group = f"{snapshot.type}/{snapshot.id}"
    parts = [snapshot.store, snapshot.namespace, group] if snapshot.namespace else [snapshot.store, group]
    status = "OK" if snapshot.finished else "backup ended but finished flag is not set."
    return PbsTask(
        type="backup",
        id=":".join(parts),
        starttime=snapshot.time,
        endtime=min(snapshot.time + _SECONDS, now),
        status=status,
        user=snapshot.owner or "root@pam",
        number=number,
        lines=("starting new backup", "TASK OK" if status == "OK" else f"TASK ERROR: {status}"),
    )


def pbs_of(world: World, server: str) -> PbsWorld:
    """The calm backup server of that address: a datastore per name, and every archive that lies on one of them."""
    storages = _storages(world, server)
    targets: dict[str, Target] = {}
    namespaces: dict[str, set[str]] = {}
    sizes: dict[str, Storage] = {}
    for storage in storages:
        target = targets.setdefault(storage.place(""), _target(storage))
        namespaces.setdefault(target.store, set()).add(target.namespace)
        sizes.setdefault(target.store, storage)
    found: dict[tuple[str, str, str, str, int], Snapshot] = {}
    for archive in world.archives:
        if archive.place in targets and archive.vmid is not None:
            made = _snapshot(archive, targets[archive.place], world.cluster)
            found[made.store, made.namespace, made.type, made.id, made.time] = made
    datastores = []
    for name, paths in namespaces.items():
        last = PbsTask("garbage_collection", name, world.now - 6 * 3600, world.now - 5 * 3600)
        gc = GcState("daily", last, disk_bytes=sizes[name].used, index_data_bytes=9 * sizes[name].used)
        datastores.append(Datastore(name, sizes[name].total, sizes[name].used, gc=gc, namespaces=_with_parents(paths)))
    collections = [store.gc.last for store in datastores if store.gc.last is not None]
    tokens: dict[str, tuple[str, ...]] = {"root@pam": ()}
    for target in targets.values():
        name, _, token = target.owner.partition("!")
        known = tokens.setdefault(user_of(target.owner), ())
        if token and token not in known:
            tokens[name] = (*known, token)
    return PbsWorld(
        name=server,
        now=world.now,
        datastores=tuple(datastores),
        snapshots=tuple(found.values()),
        tasks=(*(backup_task(made, number, world.now) for number, made in enumerate(found.values(), 10)), *collections),
        users=tuple(User(name, names) for name, names in tokens.items()),
    )
