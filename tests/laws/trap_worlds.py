"""A small cluster to set one trap in: its guests, its nights, and what the program concludes about it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.verdict import GuestVerdict
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, Archive, Guest, GuestRun, Job, Node, Storage, Task, TokenRights, World
from simulator.archives import file_name, snapshot_path
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from simulator.parts import zone
from tape_from_simulator import record

Outcome = Literal["ok", "failed", "aborted", "running"]
Changes = Mapping[str, Answer | None]
_PIDS = count(0x2000)


def at(text: str, where: str = "UTC") -> int:
    """The epoch of a moment such as ``2026-03-04 01:00``."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone(where)).timestamp())


NOW = at("2026-03-04 10:20:30")  # a Wednesday
DUE = at("2026-03-04 01:00:00")  # when the job "nightly" was last due
HOUR, DAY = 3600, 86400
WEB, DB = vm(100, "web", "pve1"), ct(101, "db", "pve2")
NAS, PBS = nfs("nas"), pbs("pbs1")
NIGHTLY = Job("nightly", "01:00", storage="nas", all=True)
TO_PBS = replace(NIGHTLY, storage="pbs1")
BLIND_PBS = replace(PBS, pbs_prune="fail")  # an auditor sees nothing of it
ARGV = "vzdump --all 1 --storage nas --mode snapshot --quiet 1"


def world(**changes: object) -> World:
    """Two nodes, a VM on the first and a container on the second, and one nightly job for both."""
    healthy = World(
        now=NOW,
        nodes=(Node("pve1", timezone="UTC"), Node("pve2", timezone="UTC")),
        guests=(WEB, DB),
        storages=(local(), local_lvm(), NAS),
        jobs=(NIGHTLY,),
    )
    return replace(healthy, **changes)  # type: ignore[arg-type]  # the tests name fields of a world


def archive(guest: Guest, when: int, storage: Storage = NAS, where: str = "UTC", **more: object) -> Archive:
    """A good backup of a guest that started then, made by a node in that time zone."""
    ending = "vma.zst" if guest.type == "qemu" else "tar.zst"
    name = None if storage.is_pbs else file_name(guest.type, guest.vmid, when, zone(where), ending)
    made = Archive(storage.place(guest.node), guest.vmid, guest.type, when, 1 << 30, filename=name)
    return replace(made, **more)  # type: ignore[arg-type]  # the tests name fields of an archive


def run(
    guest: Guest, start: int, outcome: Outcome = "ok", storage: Storage = NAS, where: str = "UTC", **more: object
) -> GuestRun:
    """What a task did for one guest on a node in that time zone; five minutes of work."""
    path = snapshot_path(guest.type, guest.vmid, start)
    if not storage.is_pbs:
        path = f"{storage.dump_path()}/{archive(guest, start, storage, where).filename}"
    done = GuestRun(guest.vmid, guest, outcome, start, start + 300, target=path, size=1 << 30)
    return replace(done, **more)  # type: ignore[arg-type]  # the tests name fields of a run


def task(node: str, start: int, *runs: GuestRun, **more: object) -> Task:
    """A run of the nightly job on one node; its id is the guest's when it had only one to do."""
    bad = any(one.outcome != "ok" for one in runs)
    end = max((one.end for one in runs), default=start) + 1
    worked = Task(
        node=node, starttime=start, endtime=end, pid=next(_PIDS), pstart=start & 0xFFFFFFF,
        id=str(runs[0].vmid) if len(runs) == 1 else "", status="job errors" if bad else "OK", argv=ARGV, runs=runs,
    )  # fmt: skip
    return replace(worked, **more)  # type: ignore[arg-type]  # the tests name fields of a task


def night(guest: Guest, due: int, storage: Storage = NAS, where: str = "UTC") -> Task:
    """A good night of one guest on its node, a few seconds after it was due."""
    argv = ARGV.replace("nas", storage.id)
    return task(guest.node, due + 3, run(guest, due + 5, storage=storage, where=where), argv=argv, pbs=storage.is_pbs)


def rotated(since: int = DUE + HOUR) -> dict[str, object]:
    """Nodes that keep no task that ended before then; the oldest one left is no backup, and began long before."""
    nodes = tuple(Node(name, timezone="UTC", history_since=since) for name in ("pve1", "pve2"))
    left = (task(node.name, since - 3 * HOUR, type="qmigrate", id="100", lines=("TASK OK",)) for node in nodes)
    return {"nodes": nodes, "tasks": tuple(replace(one, endtime=since) for one in left)}


def cluster_of(
    made: World, who: str | TokenRights = "root_full", changes: Changes | None = None, timezone: str = "UTC"
) -> Cluster:
    """The cluster as read with a token (`who`); `changes` overrule answers, by path or its beginning."""
    tape = record(made, PRESETS[who] if isinstance(who, str) else who, timezone=timezone)
    answers = dict(tape.answers)
    for start, answer in (changes or {}).items():
        paths = [start] if start in answers else [path for path in answers if path.startswith(start)]
        assert paths, f"nothing was asked at {start}"
        for path in paths:
            del answers[path]
            if answer is not None:
                answers[path] = answer
    return read_cluster(replace(tape, answers=answers))


def conclude(
    made: World, who: str | TokenRights = "root_full", changes: Changes | None = None, timezone: str = "UTC"
) -> dict[int, GuestVerdict]:
    """What the program says about each guest."""
    return {guest.guest.vmid: guest for guest in analyse(cluster_of(made, who, changes, timezone)).guests}


def refused(status: int, text: str = "") -> Answer:
    """An answer that is none."""
    kind = AnswerKind.REFUSED if status == 403 else AnswerKind.HTTP_STATUS
    return Answer(kind, status, error=f"HTTP {status} {text}".strip())


def clock(epoch: int | None) -> str | None:
    """An epoch as it reads in UTC, so that a failing test can be understood."""
    return None if epoch is None else f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d %H:%M:%S}"
