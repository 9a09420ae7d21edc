"""What a past leaves behind: archives, tasks, and what each task did for each guest."""

from dataclasses import dataclass
from typing import Literal

from simulator.parts import Guest, GuestType


@dataclass(frozen=True, slots=True)
class Archive:
    """One backup, where it lies (`place` as told by `Storage.place`).

    `ctime` is the true epoch of the guest's own start. `filename` is None on PBS. `finished` is False for a snapshot
    without a manifest.
    """

    place: str
    vmid: int | None
    type: GuestType | Literal["unknown"]
    ctime: int
    size: int
    filename: str | None = None
    notes: str | None = None
    protected: bool = False
    encrypted: str | None = None
    verification: Literal["ok", "failed"] | None = None
    finished: bool = True

    @property
    def good(self) -> bool:
        """Whether a guest could be brought back from it, as far as anyone knows."""
        return self.finished and self.verification != "failed"


@dataclass(frozen=True, slots=True)
class GuestRun:
    """What one task did for one guest. `guest` is None for an id without a guest; times are epochs.

    `stage` tells where a failure struck: before the guest's start line, at a lock, in the data, or at the pruning
    (then the archive exists all the same).
    """

    vmid: int
    guest: Guest | None
    outcome: Literal["ok", "failed", "aborted", "running"]
    start: int
    end: int
    error: str = ""
    stage: Literal["before", "lock", "data", "prune"] = "data"
    target: str = ""
    size: int = 0
    pruned: tuple[str, ...] = ()
    warning: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A worker task of a node, with all that is needed to write its log.

    `status` is None while it runs. `waited`: another backup held the node's lock first. `lines` overrules
    the written log. `job` is the id of the job that started it:
    the truth's knowledge, which no API tells.
    """

    node: str
    starttime: int
    endtime: int | None
    pid: int
    pstart: int
    id: str = ""
    user: str = "root@pam"
    type: str = "vzdump"
    status: str | None = "OK"
    shape: Literal["normal", "setup", "lock", "interrupted", "killed", "running"] = "normal"
    argv: str = ""
    external: tuple[int, ...] = ()
    runs: tuple[GuestRun, ...] = ()
    storage: str = ""
    pbs: bool = False
    mode: str = "snapshot"
    retention: str = ""
    notes: bool = False
    protects: bool = False
    waited: bool = False
    lines: tuple[str, ...] | None = None
    log_gone: bool = False
    job: str | None = None

    @property
    def upid(self) -> str:
        """The unique process id, as pve-common UPID.pm writes it."""
        return (
            f"UPID:{self.node}:{self.pid:08X}:{self.pstart:08X}:{self.starttime:08X}:{self.type}:{self.id}:{self.user}:"
        )
