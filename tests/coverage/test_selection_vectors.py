"""The coverage engine against what Proxmox VE 9.2.11's own code selects."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.job import Selection
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.cluster import read_cluster
from pve_backup_report.normalize.volume import lxc_volumes, qemu_volumes

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "selection.json.gz"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the vectors lie beside the project, not in it")

EVERYTHING = dict.fromkeys(("VM.Audit", "Pool.Audit", "Datastore.Audit", "Sys.Audit"), 1)


@cache
def worlds() -> list[dict[str, Any]]:
    with gzip.open(VECTORS) as file:
        loaded: list[dict[str, Any]] = json.load(file)
    return loaded


def tape_of(world: dict[str, Any]) -> Tape:
    answers = {
        "/access/permissions": Answer(
            AnswerKind.OK, 200, dict.fromkeys(("/", "/access", "/vms", "/pool", "/storage", "/nodes"), EVERYTHING)
        ),
        "/access/acl": Answer(AnswerKind.OK, 200, []),
    }
    for path, data in world["api"].items():
        failed = isinstance(data, dict) and "__error" in data
        answers[path] = (
            Answer(AnswerKind.HTTP_STATUS, 500, error=str(data["__error"]))
            if failed
            else Answer(AnswerKind.OK, 200, data)
        )
    return Tape(1795236288, "UTC", "test", "/cluster/backup", 5000, 100000, answers)


def conclude(world: dict[str, Any]) -> Analysis:
    return analyse(read_cluster(tape_of(world)))


def by_run(expected: dict[str, Any], vmids: set[int]) -> list[int]:
    taken = {vmid for run in expected["run_on_node"].values() for vmid in run.get("backs_up", [])}
    return sorted(taken & vmids)


@pytest.mark.parametrize("number", range(len(worlds()) if VECTORS.exists() else 0))
def test_jobs_select_the_guests_that_proxmox_selects(number: int) -> None:
    world = worlds()[number]
    analysis = conclude(world)
    vmids = {guest.guest.vmid for guest in analysis.guests}
    checked = 0
    for job in analysis.jobs:
        expected = world["expected"]["jobs"][job.job.id]
        checked += 1
        if "included_error" in expected:
            assert (job.pool_state, job.guests) == ("missing", ())
        elif job.job.selection is Selection.EXCLUDE and job.job.node is None:
            assert list(job.guests or ()) == by_run(expected, vmids), job.job.id
        elif job.job.selection is not Selection.EXCLUDE:
            assert list(job.guests or ()) == expected["included_existing_vmids"], job.job.id
            assert list(job.orphans) == expected["included_per_node"].get("", []), job.job.id
    assert checked == len(world["expected"]["jobs"])


@pytest.mark.parametrize("number", range(len(worlds()) if VECTORS.exists() else 0))
def test_volumes_are_taken_as_proxmox_takes_them(number: int) -> None:
    world = worlds()[number]
    for expected in world["expected"]["jobs"].values():
        for guest in (expected.get("included_volumes") or {}).get("children", []):
            if guest["type"] == "unknown":
                continue
            # the plain path is only there with the query when pending changes make the two differ
            path = next(path for path in world["api"] if path.endswith(f"/{guest['type']}/{guest['id']}/config"))
            config = world["api"].get(f"{path}?current=1", world["api"][path])
            read = qemu_volumes if guest["type"] == "qemu" else lxc_volumes
            ours = [(f"{guest['id']}:{v.key}", v.volume, v.included) for v in read(config)]
            theirs = [(v["id"], v["name"], bool(v["included"])) for v in guest["children"]]
            assert sorted(ours) == sorted(theirs)
