"""Fleets as tests make them: fakes with a file of settings each, and worlds that are told apart."""

import json
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fake_proxmox import CANARY, FakeProxmox
from pve_backup_report.collect.tape_file import tape_bytes
from pve_backup_report.model.tape import Tape
from simulator import CALM, PRESETS, Job, Node, ProxmoxApi, World, run_history
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from tape_from_simulator import record


@lru_cache
def _healthy(now: int) -> World:
    nodes = (Node("pve1"), Node("pve2"))
    guests = (vm(100, "web", "pve1"), vm(101, "db", "pve2"), ct(102, "mail", "pve2"), ct(103, "dns", "pve1"))
    made = World(
        now=now,
        nodes=nodes,
        guests=guests,
        storages=(local(), local_lvm(), nfs("nas"), pbs("pbs1")),
        jobs=(Job("nightly", "01:30", storage="pbs1", all=True), Job("weekly", "sat 03:00", storage="nas", all=True)),
    )
    return run_history(made, 28, random.Random(1), CALM)


def world(name: str, now: int | None = None) -> World:
    """A healthy world of four guests, at the hour."""
    at = int(time.time()) if now is None else now
    return replace(_healthy(at - at % 3600), cluster=name, now=at)


def fake(name: str, *, latency_s: float = 0.0, secret: str = CANARY) -> FakeProxmox:
    """A cluster of that name; its answers are worked out beforehand."""
    api = ProxmoxApi(world(name), PRESETS["root_full"])
    api.all_answers()
    return FakeProxmox(api, latency_s=latency_s, secret=secret)


def env_text(cluster: FakeProxmox, **more: str) -> str:
    """The file of settings that lets the program in."""
    given = {
        "PVE_API_URL": cluster.url,
        "PVE_API_TOKEN_ID": cluster.token_id,
        "PVE_API_TOKEN_SECRET": cluster.secret,
        "PVE_CA_BUNDLE": str(cluster.ca_bundle),
        "REPORT_TIMEZONE": "UTC",
        **more,
    }
    return "".join(f"{name}='{value}'\n" for name, value in given.items())


def put(path: Path, text: str) -> Path:
    """Write a file of settings that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def tape(name: str, *, asked_at: int) -> Tape:
    """A tape of the quiet world recorded at a time."""
    return record(world(name, asked_at), PRESETS["root_full"])


def put_tape(path: Path, made: Tape) -> Path:
    """Write a tape."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tape_bytes(made, path.name))
    return path


def fleet_json(folder: Path) -> Mapping[str, Any]:
    """The fleet's report for machines in a folder."""
    (path,) = folder.glob("pve-backup-fleet_*.json")
    data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def states(data: Mapping[str, Any]) -> dict[str, str]:
    """The state of each cluster, by label; of those that were not asked, why."""
    return {
        cluster["label"]: cluster["failure"]["kind"] if cluster["failure"] else cluster["state"]
        for cluster in data["clusters"]
    }
