"""A backup job as the cluster stores it."""

from dataclasses import dataclass
from enum import StrEnum


class Selection(StrEnum):
    """Which of Proxmox's ways of choosing guests a job uses (precedence: pool, vmid, all)."""

    POOL = "pool"
    VMID = "vmid"
    ALL = "all"
    EXCLUDE = "exclude"  # only an exclude list, in a hand-edited file: a run backs up all the others
    NONE = "none"


@dataclass(frozen=True, slots=True)
class IncludedGuest:
    """One guest in PVE's own answer to ``/cluster/backup/{id}/included_volumes``.

    Attributes:
        vmid: the guest's id.
        type: ``qemu``, ``lxc``, or ``unknown`` for an id that is no guest of the cluster.
        volumes: (key, volume id, included) of each volume.
    """

    vmid: int
    type: str
    volumes: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One vzdump job.

    Attributes:
        id: job id; of a legacy ``vzdump.cron`` line ``<sha1>:<n>``.
        legacy: it comes from ``vzdump.cron``.
        enabled: an absent ``enabled`` means yes.
        schedule: the calendar event as written; None when not specified.
        selection: how guests are chosen.
        vmids: the ids listed, in order, duplicates kept; None when the list cannot be read.
        exclude: the ids excluded.
        pool: pool named by the job.
        node: the job runs on this node only.
        storage: storage named by the job; None means the node's default.
        dumpdir: directory that takes the place of a storage.
        conflict: options that make every run fail, as Proxmox words it; None when there are none.
        included: PVE's own expansion; None when not seen.
        next_run: epoch told by PVE; None when not told.
        retention: ``keep-*`` options of the job as (name, number) pairs; None when the storage's apply.
        remove: False when the job prunes nothing.
    """

    id: str
    legacy: bool
    enabled: bool
    schedule: str | None
    selection: Selection
    vmids: tuple[int, ...] | None
    exclude: tuple[int, ...]
    pool: str | None
    node: str | None
    storage: str | None
    dumpdir: str | None
    conflict: str | None
    included: tuple[IncludedGuest, ...] | None
    next_run: int | None
    retention: tuple[tuple[str, int], ...] | None
    remove: bool
    mode: str | None
    compress: str | None
    comment: str | None
    repeat_missed: bool
    protected: bool
    notes_template: str | None
