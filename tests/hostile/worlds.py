"""A cluster and its backup server, in which everything that has a name has one that does harm."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from fake_proxmox import FakeProxmox
from hostile.renaming import Renamed
from hostile.strings import THEMES, filled
from program.running import settings_of
from simulator import PRESETS, ProxmoxApi, World, demo_world
from simulator_pbs import PRESETS as PBS_PRESETS
from simulator_pbs import PbsApi
from simulator_pbs.demo import demo_server

_USERS = ("root@pam", "backup@pbs", "lab", "main", "p-nightly")
_MORE = (
    *_USERS, "running", "stopped", "dir", "nfs", "snapshot",
    "keep-last", "Europe/Paris", "OK", "boom", "guest-fsfreeze-freeze", "unexpected", "failed",
)  # fmt: skip
"""Words that mean something to the program: states, types, options, zones, texts of tasks."""

_DAYS = 4
_FEW = 2
_REFUSED = "/cluster/replication"


def words_of(world: World) -> tuple[str, ...]:
    """Return all that has a name."""
    named = (
        *(node.name for node in world.nodes),
        *(storage.id for storage in world.storages),
        *(job.id for job in world.jobs),
        *(pool.id for pool in world.pools),
        *(guest.name for guest in world.guests if guest.name),
        *(tag for guest in world.guests for tag in (guest.tags or "").split(";") if tag),
        *(text for guest in world.guests for text in (guest.notes or "").splitlines() if text),
        *(job.comment for job in world.jobs if job.comment),
    )
    return tuple(dict.fromkeys(named))


def names_by_turns(world: World, turn: int) -> dict[str, str]:
    """Return a name for each word; each turn gives each word another theme."""
    words = (*words_of(world), *(_MORE if turn % 2 else _USERS))
    return {word: filled(THEMES[(at + turn) % len(THEMES)], at) for at, word in enumerate(words)}


@contextmanager
def lab(turn: int, *, longest: int = 0, cluster: str | None = None, few: bool = False) -> Iterator[dict[str, str]]:
    """Serve such a cluster, and give the settings that let the program in.

    Args:
        turn: tells which name has which theme.
        longest: characters of the names of one guest, one storage and one job instead; 0 leaves them as they are.
        cluster: theme of the cluster's name; None for the one of that turn.
        few: whether there is only a little of each kind, and no backup server.
    """
    world = _small(demo_world())
    if few:
        world = _tiny(world)
    names = names_by_turns(world, turn)
    if cluster is not None:
        names["lab"] = filled(cluster, 1)
    if longest:
        three = (world.guests[0].name or "", world.storages[0].id, world.jobs[0].id)
        names |= {word: "zqxevil" + word[:1] * longest for word in three}
    phrase = "".join(letter for letter in filled(THEMES[turn], 0) if letter not in "\r\n" and not letter.isspace())
    pve = Renamed(ProxmoxApi(world, PRESETS["root_full"]), names, {_REFUSED: _sendable(phrase)})
    pbs = Renamed(PbsApi(demo_server(world), PBS_PRESETS["root_full"]), names)
    token = PBS_PRESETS["root_full"].authid
    if few:
        with FakeProxmox(pve) as server:
            yield settings_of(server)
        return
    with FakeProxmox(pve) as pve_server, FakeProxmox(pbs, token_id=token, product="PBS") as pbs_server:
        yield {
            **settings_of(pve_server),
            "PBS01_NAME": "vault",
            "PBS01_API_URL": pbs_server.url,
            "PBS01_API_TOKEN_ID": pbs_server.token_id,
            "PBS01_API_TOKEN_SECRET": pbs_server.secret,
            "PBS01_TLS_FINGERPRINT": pbs_server.fingerprint,
        }


def _small(world: World) -> World:
    """Return a world without all but its last days: names are what matters."""
    since = world.now - _DAYS * 86_400
    return replace(
        world,
        tasks=tuple(task for task in world.tasks if task.starttime >= since),
        archives=tuple(archive for archive in world.archives if archive.ctime >= since),
    )


def _tiny(world: World) -> World:
    """Return a world with a few of each kind of thing that has a name."""
    guests = world.guests[:_FEW]
    vmids = {guest.vmid for guest in guests}
    return replace(
        world,
        guests=guests,
        jobs=world.jobs[:_FEW],
        tasks=(),
        archives=tuple(archive for archive in world.archives if archive.vmid in vmids)[:_FEW],
    )


def _sendable(phrase: str) -> str:
    """Return what a server can send as the reason of a refusal: half a character is no bytes."""
    return phrase.encode("utf-8", "replace").decode()[:2000]
