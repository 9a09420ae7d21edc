"""Which guests a job takes: as Proxmox's coverage functions say, and as a real run does."""

import re
from collections.abc import Iterable

from simulator.parts import Guest, Job, Pool
from simulator.world import World


class PoolMissingError(Exception):
    """The job names a pool that does not exist (pve-manager API2Tools.pm get_resource_pool_guest_members)."""


class Lookup:
    """A world's guests and pools by their names; made once, since every answer needs it."""

    def __init__(self, world: World) -> None:
        self.guests: dict[int, Guest] = {guest.vmid: guest for guest in sorted(world.guests, key=lambda g: g.vmid)}
        self.pools: dict[str, Pool] = {pool.id: pool for pool in world.pools}
        self.pool_of: dict[int, str] = {}
        for pool in world.pools:
            for vmid in pool.guests:
                if vmid in self.guests:  # a guest listed twice belongs to the first pool of the file
                    self.pool_of.setdefault(vmid, pool.id)
        self._members: dict[str, list[int]] = {pool.id: [] for pool in world.pools}
        for vmid, pool_id in self.pool_of.items():
            self._members[pool_id].append(vmid)

    def members(self, pool: str) -> list[int]:
        """The existing direct members of a pool; those of pools below it are not among them."""
        if pool not in self._members:
            raise PoolMissingError(f"pool '{pool}' does not exist")
        return self._members[pool]


def vmids(text: str | None) -> list[int]:
    """The ids of a job's list, in its order, repeats kept; 0 is skipped."""
    return [int(word) for word in re.split(r"[\s,;]+", text or "") if word and int(word)]


def candidates(lookup: Lookup, job: Job, *, at_run: bool = False) -> list[int]:
    """The ids a job takes, wherever the guests are: sorted, repeats kept, orphans among them.

    A job that has only `exclude` takes nothing in the coverage functions, and everything else at a run
    (pve-manager VZDump.pm get_included_guests, verify_vzdump_parameters).
    """
    if job.pool:
        return sorted(lookup.members(job.pool))
    if job.vmid:
        return sorted(vmids(job.vmid))
    if job.all or (at_run and job.exclude is not None):
        out = set(vmids(job.exclude))
        return [vmid for vmid in lookup.guests if vmid not in out]
    return []


def here(lookup: Lookup, job: Job, ids: Iterable[int]) -> list[int]:
    """Those ids that the job's own node restriction leaves; orphans always stay."""
    return [
        vmid for vmid in ids if vmid not in lookup.guests or job.node is None or lookup.guests[vmid].node == job.node
    ]


def selected(lookup: Lookup, job: Job, *, at_run: bool = False) -> list[int]:
    """The ids a job takes, node restriction applied."""
    return here(lookup, job, candidates(lookup, job, at_run=at_run))


def option_conflict(job: Job) -> str | None:
    """Why every run of the job fails before a task exists; None: its options go together.

    (pve-manager VZDump.pm verify_vzdump_parameters; guest-common VZDump/Common.pm `requires`.)
    """
    for option, given in (("all", job.all), ("exclude", job.exclude), ("pool", job.pool)):
        if given and job.vmid:
            return f"{option}: option conflicts with option 'vmid'"
    if job.storage is None:
        for option, given in (("notes-template", job.notes_template), ("protected", job.protected)):
            if given is not None:
                return f"storage: missing property required by '{option}'"
    elif job.dumpdir is not None:
        return "storage: option conflicts with option 'dumpdir'"
    return None
