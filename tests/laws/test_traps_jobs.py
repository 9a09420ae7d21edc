"""Traps in what a job selects and in whether it can ever work: each guest's verdict and reason, written by hand."""

from dataclasses import replace

import pytest

from laws.trap_worlds import DB, NAS, NIGHTLY, WEB, conclude, world
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.verdict import Verdict
from simulator import Job, Node, Pool, Storage
from simulator.builders import local

BY_POOL = Job("by-pool", "01:00", storage="nas", pool="prod")
BY_ID = Job("by-id", "01:00", storage="nas", vmid="100")
PVE1, PVE2 = Node("pve1", timezone="UTC"), Node("pve2", timezone="UTC")
IN_PROD = (Pool("prod", (100,)),)
GOOD = "covered selected-by-job"

# name: (what is different in the world, verdict and reason of VM 100 on pve1, of container 101 on pve2)
CASES: dict[str, tuple[dict[str, object], str, str]] = {
    "one job for all": ({}, GOOD, GOOD),
    "no job": ({"jobs": ()}, "uncovered no-job", "uncovered no-job"),
    "a disabled job, which Proxmox's own list counts": (
        {"jobs": (replace(NIGHTLY, enabled=False),)},
        "uncovered job-disabled",
        "uncovered job-disabled",
    ),
    "a date that is past": (
        {"jobs": (replace(NIGHTLY, schedule="2015-10-21 02:00"),)},
        "uncovered job-never-fires",
        "uncovered job-never-fires",
    ),
    "one date to come": ({"jobs": (replace(NIGHTLY, schedule="2026-12-24 18:00"),)}, GOOD, GOOD),
    "a storage that is gone": (
        {"jobs": (replace(NIGHTLY, storage="gone"),)},
        "uncovered storage-missing",
        "uncovered storage-missing",
    ),
    "a disabled storage": (
        {"storages": (local(), replace(NAS, disable=True))},
        "uncovered storage-disabled",
        "uncovered storage-disabled",
    ),
    "a storage without backups": (
        {"jobs": (replace(NIGHTLY, storage="local-lvm"),)},
        "uncovered storage-without-backup-content",
        "uncovered storage-without-backup-content",
    ),
    "a storage on one node only": (
        {"storages": (local(), replace(NAS, nodes=("pve1",)))},
        GOOD,
        "uncovered storage-not-on-node",
    ),
    "a node restriction on local is ignored": (
        {"storages": (replace(local(), nodes=("pve1",)),), "jobs": (replace(NIGHTLY, storage="local"),)},
        GOOD,
        GOOD,
    ),
    "no storage: the node's own vzdump.conf decides, else local": (
        {
            "nodes": (replace(PVE1, vzdump_storage="nas"), PVE2),
            "storages": (replace(local(), content=("iso",)), NAS),
            "jobs": (replace(NIGHTLY, storage=None),),
        },
        GOOD,
        "uncovered storage-without-backup-content",
    ),
    "no storage: a directory in vzdump.conf needs none": (
        {
            "nodes": (PVE1, replace(PVE2, vzdump_dumpdir="/backup")),
            "storages": (replace(local(), content=("iso",)), NAS),
            "jobs": (replace(NIGHTLY, storage=None),),
        },
        "uncovered storage-without-backup-content",
        GOOD,
    ),
    "a job with a dumpdir": ({"jobs": (replace(NIGHTLY, storage=None, dumpdir="/backup"),)}, GOOD, GOOD),
    "a job bound to a node": (
        {"jobs": (replace(NIGHTLY, node="pve2"),)},
        "uncovered job-on-other-node",
        GOOD,
    ),
    "a job bound to a node that is gone": (
        {"jobs": (replace(NIGHTLY, node="pve9"),)},
        "uncovered job-on-other-node",
        "uncovered job-on-other-node",
    ),
    "a pool takes its direct members": ({"jobs": (BY_POOL,), "pools": IN_PROD}, GOOD, "uncovered no-job"),
    "a pool below it is not taken": (
        {"jobs": (BY_POOL,), "pools": (Pool("prod", (101,)), Pool("prod/web", (100,)))},
        "uncovered no-job",
        GOOD,
    ),
    "with a pool, exclude is ignored": (
        {"jobs": (replace(BY_POOL, exclude="100"),), "pools": IN_PROD},
        GOOD,
        "uncovered no-job",
    ),
    "a guest in two pools belongs to the first of the file": (
        {"jobs": (BY_POOL,), "pools": (Pool("dev", (100,)), Pool("prod", (100, 101)))},
        "uncovered no-job",
        GOOD,
    ),
    "a pool without guests": (
        {"jobs": (BY_POOL,), "pools": (Pool("prod"),)},
        "uncovered no-job",
        "uncovered no-job",
    ),
    "a pool that is gone spoils its own job only": (
        {"jobs": (replace(BY_POOL, pool="gone"), BY_ID), "pools": IN_PROD},
        GOOD,
        "uncovered job-pool-missing",
    ),
    "a disabled job of a pool that is gone": (
        {"jobs": (replace(BY_POOL, pool="gone", enabled=False), NIGHTLY)},
        GOOD,
        GOOD,
    ),
    "ids parted by semicolons and blanks, twice, and orphans": (
        {"jobs": (replace(BY_ID, vmid="100;100 999  101"),)},
        GOOD,
        GOOD,
    ),
    "an id with one more digit": ({"jobs": (replace(BY_ID, vmid="1000,10"),)}, "uncovered no-job", "uncovered no-job"),
    "all but one": ({"jobs": (replace(NIGHTLY, exclude="101;999"),)}, GOOD, "uncovered excluded"),
    "exclude without all: a run takes the rest": (
        {"jobs": (replace(NIGHTLY, all=None, exclude="101"),)},
        GOOD,
        "uncovered excluded",
    ),
    "a job that names nothing": (
        {"jobs": (replace(NIGHTLY, all=None),)},
        "uncovered no-job",
        "uncovered no-job",
    ),
    "a legacy job": ({"jobs": (replace(NIGHTLY, id="0abc:1", legacy=True),)}, GOOD, GOOD),
    "a legacy job switched off with an empty text": (
        {"jobs": (replace(NIGHTLY, id="0abc:1", legacy=True, enabled=False),)},
        "uncovered job-disabled",
        "uncovered job-disabled",
    ),
    "a template": ({"guests": (replace(WEB, template=True, status="stopped"), DB)}, GOOD, GOOD),
    "a stopped guest, and a locked one": (
        {"guests": (replace(WEB, status="stopped"), replace(DB, lock="migrate"))},
        GOOD,
        GOOD,
    ),
    "a guest on a node that is down": (
        {"nodes": (PVE1, replace(PVE2, online=False))},
        GOOD,
        GOOD,
    ),
    "the reason nearest to being covered": (
        {
            "jobs": (
                replace(NIGHTLY, enabled=False),
                replace(BY_ID, storage="gone"),
                replace(BY_ID, id="z", node="pve2"),
            )
        },
        "uncovered storage-missing",
        "uncovered job-disabled",
    ),
    "excluded here, named there": (
        {"jobs": (replace(NIGHTLY, exclude="100"), BY_ID)},
        GOOD,
        GOOD,
    ),
    "a plugin that cannot hold backups, whatever the file says": (
        {"storages": (local(), Storage("nas", "lvmthin", ("images",)))},
        "uncovered storage-without-backup-content",
        "uncovered storage-without-backup-content",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_job_covers_what_it_would_back_up(name: str) -> None:
    changes, web, db = CASES[name]
    said = {vmid: f"{guest.verdict} {guest.reason}" for vmid, guest in conclude(world(**changes)).items()}
    assert said == {100: web, 101: db}


CONFLICTS = {
    "all and vmid": replace(NIGHTLY, vmid="100,101"),
    "vmid and exclude": replace(NIGHTLY, all=None, vmid="100,101", exclude="999"),
    "pool and vmid": replace(NIGHTLY, all=None, vmid="100,101", pool="prod"),
    "a template of notes without storage": replace(NIGHTLY, storage=None, notes_template="x"),
    "protected without storage": replace(NIGHTLY, storage=None, protected=True),
    "storage and dumpdir": replace(NIGHTLY, dumpdir="/backup"),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_a_job_whose_every_run_fails_covers_nobody(name: str) -> None:
    made = world(jobs=(CONFLICTS[name],), pools=(Pool("prod", (100, 101)),))
    assert {guest.verdict for guest in conclude(made).values()} == {Verdict.UNCOVERED}


@pytest.mark.parametrize(("enabled", "verdict"), [({}, "covered"), ({"enabled": "0"}, "uncovered")])
def test_a_job_without_the_key_enabled_is_on(enabled: dict[str, object], verdict: str) -> None:
    job = {"id": "nightly", "type": "vzdump", "schedule": "01:00", "storage": "nas", "all": 1, **enabled}
    said = conclude(world(), changes={"/cluster/backup": Answer(AnswerKind.OK, 200, [job])})
    assert {str(guest.verdict) for guest in said.values()} == {verdict}
