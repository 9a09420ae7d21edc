"""What can lie in a backup server beside one cluster's calm backups: other clusters', broken, hidden, odd ones."""

import random
from collections.abc import Iterable
from dataclasses import replace

from simulator import World
from simulator_pbs.records import BackupType, Crypt, Snapshot, VerifyState

ELSEWHERE = "elsewhere"
"""The other cluster."""

_DAY = 86_400
_KEY = "12:34:56:78:9a:bc:de:f0"
_OTHER_OWNER = "backup@pbs!elsewhere"
_HOSTS = ("fileserver", "pve1", "laptop.example")
_NOTES = ("web, the other one", "<b>bold</b>", "a|b|c", "line one\nline two", "été")
_CRYPTS: tuple[Crypt, ...] = ("none", "encrypt", "sign-only", "mixed")
_STATES: tuple[VerifyState, ...] = ("ok", "ok", "ok", "failed")
_GroupKey = tuple[str, str, str, str]


def key_of(snapshot: Snapshot) -> _GroupKey:
    """The group that a snapshot is in."""
    return (snapshot.store, snapshot.namespace, snapshot.type, snapshot.id)


def grouped(snapshots: Iterable[Snapshot]) -> dict[_GroupKey, list[Snapshot]]:
    """Snapshots by group."""
    groups: dict[_GroupKey, list[Snapshot]] = {}
    for snapshot in snapshots:
        groups.setdefault(key_of(snapshot), []).append(snapshot)
    return groups


def spoiled(snapshots: list[Snapshot], now: int, dice: random.Random) -> list[Snapshot]:
    """The same snapshots; some damaged, protected, otherwise encrypted, verified long ago; some newest unfinished."""
    spoilt: list[Snapshot] = []
    for group in grouped(snapshots).values():
        group.sort(key=lambda snapshot: snapshot.time)
        spoilt += [_spoiled(snapshot, now, dice) for snapshot in group[:-1]]
        newest = _spoiled(group[-1], now, dice)
        if dice.random() < 0.12:
            newest = replace(newest, finished=False, size=None, verification=None, verified_at=None, comment=None)
        spoilt.append(newest)
    return spoilt


def _spoiled(snapshot: Snapshot, now: int, dice: random.Random) -> Snapshot:
    if not snapshot.readable:
        return snapshot
    if dice.random() < 0.03:
        return replace(snapshot, size=None)  # the manifest is there and cannot be read
    if dice.random() < 0.1:
        snapshot = replace(snapshot, protected=True)
    if dice.random() < 0.15:
        crypt = dice.choice(_CRYPTS)
        snapshot = replace(snapshot, crypt=crypt, fingerprint=None if crypt == "none" else _KEY)
    if dice.random() < 0.3:
        state = dice.choice(_STATES)
        snapshot = replace(snapshot, verification=state, verified_at=dice.randint(snapshot.time, now))
    if dice.random() < 0.1:
        snapshot = replace(snapshot, verification=None, verified_at=None)
    return replace(snapshot, comment=dice.choice(_NOTES)) if dice.random() < 0.1 else snapshot


def reowned(snapshots: list[Snapshot], dice: random.Random) -> list[Snapshot]:
    """The same snapshots; some groups were given to another owner, and of a few the owner cannot be read."""
    changed: list[Snapshot] = []
    for group in grouped(snapshots).values():
        owner = group[0].owner
        if dice.random() < 0.12:
            owner = dice.choice(("root@pam", "alice@pbs", None))
        changed += [replace(snapshot, owner=owner) for snapshot in group]
    return changed


def foreign(snapshots: list[Snapshot], world: World, dice: random.Random) -> list[Snapshot]:
    """Backups of another cluster's guests with the same ids, in the same namespaces.

    Where both clusters use one token they fall into one group; otherwise only a group of the other owner is there,
    since PBS refuses a backup into a group that is not one's own.
    """
    made: list[Snapshot] = []
    groups = grouped(snapshots)
    for group in groups.values():
        if dice.random() < 0.2:
            made += _series(replace(group[0], comment="other-web"), world.now, dice)
    places = sorted({(store, namespace) for store, namespace, _, _ in groups})
    for store, namespace in places:
        for guest in world.guests:
            kind: BackupType = dice.choice(("vm", "ct"))
            if (store, namespace, kind, str(guest.vmid)) not in groups and dice.random() < 0.3:
                owner, comment = _OTHER_OWNER, dice.choice((None, "other-db"))
                first = Snapshot(store, namespace, kind, str(guest.vmid), 0, owner=owner, comment=comment)
                made += _series(first, world.now, dice)
    taken = {(*key_of(snapshot), snapshot.time) for snapshot in snapshots}
    return [snapshot for snapshot in made if (*key_of(snapshot), snapshot.time) not in taken]


def _series(pattern: Snapshot, now: int, dice: random.Random) -> list[Snapshot]:
    """A few backups of the other cluster in a group, each a day apart."""
    start = now - dice.randint(600, 3 * _DAY)
    plain = replace(pattern, size=4 << 30, finished=True, crypt="none", fingerprint=None, protected=False)
    plain = replace(plain, verification=None, verified_at=None, cluster=ELSEWHERE)
    return [replace(plain, time=start - day * _DAY) for day in range(dice.randint(1, 4))]


def copies(snapshots: list[Snapshot], store: str, namespace: str, dice: random.Random) -> list[Snapshot]:
    """Copies of whole groups as a sync job makes them: the same times, another owner, not verified here."""
    chosen = [group for group in grouped(snapshots).values() if dice.random() < 0.4]
    return [
        replace(
            snapshot,
            store=store,
            namespace=namespace,
            owner="sync@pbs",
            verification=None,
            verified_at=None,
            protected=False,
        )
        for group in chosen
        for snapshot in group
        if snapshot.readable
    ]


def odd(store: str, namespaces: tuple[str, ...], now: int, dice: random.Random) -> list[Snapshot]:
    """Backups that are no guest's: of hosts, and of a VM with a name for an id."""
    made = []
    for name in _HOSTS[: dice.randint(1, len(_HOSTS))]:
        place = dice.choice(("", *namespaces))
        times = [now - day * _DAY - dice.randint(0, 3600) for day in range(dice.randint(1, 3))]
        made += [Snapshot(store, place, "host", name, time, 1 << 30, owner="root@pam") for time in times]
    if dice.random() < 0.5:
        made.append(Snapshot(store, "", "vm", "appliance", now - 5 * _DAY, 2 << 30, owner="root@pam"))
    return made


def taken_once(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """The snapshots without a second one of the same name: there is one directory for each."""
    found: dict[tuple[str, ...], Snapshot] = {}
    for snapshot in snapshots:
        found.setdefault((*key_of(snapshot), str(snapshot.time)), snapshot)
    return list(found.values())
