"""A small cluster with one of each, and two ways to ask its API."""

import json
from dataclasses import replace
from typing import Any

from simulator import PRESETS, Archive, Job, Node, Pool, ProxmoxApi, Replication, Task, TokenRights, World
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm

NOW = 1_772_604_000
"""2026-03-04 06:00 UTC."""


def _archive(place: str, vmid: int | None, filename: str | None, **more: Any) -> Archive:  # noqa: ANN401 - any field
    return Archive(place, vmid, "qemu", NOW - 3600, 4096, filename=filename, **more)


def _task(number: int, **more: Any) -> Task:  # noqa: ANN401 - any field
    return Task("pve1", NOW - 100 * number, NOW - 100 * number + 50, number, 7, lines=("TASK OK",), **more)


def small_world() -> World:
    """Three nodes, one down; three guests; four storages and a disabled one; three jobs; seven tasks."""
    storages = (local(), local_lvm(), nfs(), pbs(), replace(pbs("pbs-off", datastore="off"), disable=True))
    here, share, snaps = (storages[at].place("pve1") for at in (0, 2, 3))
    return World(
        now=NOW,
        nodes=(Node("pve1"), Node("pve2", timezone="UTC"), Node("pve3", online=False)),
        guests=(vm(100, "web", "pve1"), ct(105, "db", "pve1"), vm(110, "far", "pve3")),
        pools=(Pool("prod", (100, 105, 105), ("nas",)), Pool("prod/web", (110,)), Pool("dev", (100,))),
        storages=storages,
        jobs=(
            Job("nightly", "02:00", storage="pbs1", pool="prod", prune=(("keep-last", 3),)),
            Job("0abc:1", "sun 22:53", storage="nas", all=True, legacy=True),
            Job("off", "2015-10-21 02:00", enabled=False, vmid="999"),
        ),
        tasks=(
            _task(1, id="100"),
            _task(2, status="WARNINGS: 1"),
            _task(3, status="unexpected status"),
            _task(4, status="job errors", user="reporter@pve!coverage"),
            _task(5, type="qmstart"),
            replace(_task(6), endtime=None, status=None),
            _task(7, log_gone=True),
        ),
        archives=(
            _archive(here, 100, "vzdump-qemu-100-2026_03_04-06_00_00.vma.zst", protected=True),
            _archive(share, 100, "vzdump-qemu-100-2026_03_04-06_00_00.vma.zst"),
            _archive(share, None, "golden.vma"),
            _archive(share, None, "not-a-backup.txt"),
            _archive(snaps, 100, None, finished=False),
            _archive(snaps, 105, None, encrypted="aa:bb", verification="failed", notes="one\ntwo"),
        ),
        replications=(Replication(100, 0, "pve1", "pve2"), Replication(110, 0, "pve3", "pve1", "*/5")),
    )


def get(world: World, token: str | TokenRights, path: str) -> Any:  # noqa: ANN401 - any JSON
    rights = PRESETS[token] if isinstance(token, str) else token
    answer = ProxmoxApi(world, rights)(path)
    assert answer.status == 200, answer
    return json.loads(answer.body)["data"]


def refused(world: World, token: str | TokenRights, path: str) -> tuple[int, str]:
    rights = PRESETS[token] if isinstance(token, str) else token
    answer = ProxmoxApi(world, rights)(path)
    return answer.status, answer.reason
