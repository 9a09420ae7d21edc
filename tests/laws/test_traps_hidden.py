"""Traps of a part that is hidden beside one that is seen: what a job or a node might add is never taken for nothing."""

from dataclasses import replace

import pytest

from laws.trap_worlds import (
    BLIND_PBS,
    DAY,
    DUE,
    NAS,
    NIGHTLY,
    TO_PBS,
    WEB,
    archive,
    at,
    cluster_of,
    conclude,
    night,
    refused,
    rotated,
    world,
)
from pve_backup_report.coverage.analysis import analyse
from simulator import Grant, Job, Node, Pool, Storage, TokenRights
from simulator.builders import local, pbs
from simulator.rights import AUDITOR, without

SEER = TokenRights(
    grants=(Grant("/", propagate=True, role="Seer", privileges=AUDITOR | {"Datastore.AllocateSpace", "VM.Backup"}),)
)
SECOND = pbs("second", datastore="second")
WEEKLY = replace(NIGHTLY, id="weekly", schedule="sun 01:00")
SUNDAY = archive(WEB, at("2026-03-01 01:00:05"))
NO_STORAGE = replace(NIGHTLY, storage=None)
NO_LOCAL = replace(local(), content=("iso",))

# name: (the second job, which is due every night and has not worked since Sunday; what hides a part of it)
SECOND_JOBS: dict[str, tuple[Job, TokenRights]] = {
    "its storage is hidden": (replace(NIGHTLY, storage="second"), without("/storage/second", SEER)),
    "its pool is hidden": (replace(NIGHTLY, all=None, pool="prod"), without("/pool/prod", SEER)),
    "the defaults of its node are hidden": (NO_STORAGE, without("/storage/local", SEER)),
}


@pytest.mark.parametrize("name", SECOND_JOBS)
def test_a_guest_is_not_fresh_while_another_job_may_have_been_due_since(name: str) -> None:
    job, token = SECOND_JOBS[name]
    pools, storages = (Pool("prod", (100,)),), (local(), NAS, SECOND)
    made = world(guests=(WEB,), jobs=(WEEKLY, job), storages=storages, pools=pools, archives=(SUNDAY,))
    assert str(conclude(made, SEER)[100].freshness) == "late"
    said = conclude(made, token, {"/cluster/backup/": refused(403)})[100]
    assert (str(said.verdict), str(said.freshness)) == ("covered", "unknown")


@pytest.mark.parametrize("storages", [(NO_LOCAL, NAS), (local(), NAS)], ids=["local cannot", "local could"])
def test_a_directory_in_vzdump_conf_is_hidden_without_sys_audit_on_its_node(storages: tuple[Storage, ...]) -> None:
    # truth: covered, and backed up last night into a directory; the answer then names neither storage nor directory
    nodes = (Node("pve1", timezone="UTC", vzdump_dumpdir="/backup"), Node("pve2", timezone="UTC"))
    made = world(guests=(WEB,), nodes=nodes, storages=storages, jobs=(NO_STORAGE,))
    said = conclude(made, without("/nodes/pve1"))[100]
    assert str(said.verdict) in {"covered", "undetermined"}
    assert str(said.freshness) == "unknown"


def test_a_node_that_is_down_does_not_tell_its_vzdump_conf() -> None:
    nodes = (Node("pve1", timezone="UTC", online=False, vzdump_storage="nas"), Node("pve2", timezone="UTC"))
    made = world(guests=(WEB,), nodes=nodes, storages=(NO_LOCAL, NAS), jobs=(NO_STORAGE,))
    assert str(conclude(made)[100].verdict) == "undetermined"


@pytest.mark.parametrize(
    "job",
    [NIGHTLY, replace(NIGHTLY, all=None, vmid="100,101"), replace(NIGHTLY, all=None, pool="prod")],
    ids=["all", "vmid", "pool"],
)
def test_a_job_that_may_select_a_hidden_guest_has_no_list_of_guests(job: Job) -> None:
    made = world(jobs=(job,), pools=(Pool("prod", (100, 101)),))
    assert analyse(cluster_of(made)).jobs[0].guests == (100, 101)
    assert analyse(cluster_of(made, without("/vms/101"))).jobs[0].guests in {None, (100, 101)}


def test_a_job_of_a_pool_that_is_hidden_has_no_list_of_guests() -> None:
    made = world(jobs=(replace(NIGHTLY, all=None, pool="prod"),), pools=(Pool("prod", (100,)),))
    cluster = cluster_of(made, without("/pool/prod"), {"/cluster/backup/": refused(403)})
    assert analyse(cluster).jobs[0].guests is None


def test_a_storage_that_is_disabled_today_may_hold_last_nights_backup() -> None:
    storages = (local(), replace(NAS, disable=True), SECOND)
    job = replace(NIGHTLY, storage="second")
    made = world(
        **{"guests": (WEB,), "storages": storages, "jobs": (job,), "archives": (archive(WEB, DUE + 5),), **rotated()}
    )
    assert any("evidence" in gap.blinds for gap in cluster_of(made).gaps)
    assert str(conclude(made)[100].freshness) == "unknown"


def test_a_newer_backup_may_lie_on_a_storage_that_is_hidden() -> None:
    made = world(
        **{"guests": (WEB,), "storages": (local(), NAS, SECOND), **rotated()},
        archives=(archive(WEB, DUE - DAY), archive(WEB, DUE + 5, SECOND)),
    )
    assert str(conclude(made, SEER)[100].freshness) == "fresh"
    assert str(conclude(made, without("/storage/second", SEER))[100].freshness) == "unknown"


@pytest.mark.parametrize("rights_seen", [True, False])
def test_a_token_that_sees_only_its_own_tasks_does_not_know_the_others(rights_seen: bool) -> None:  # noqa: FBT001
    token = without("/nodes/pve1")
    own = replace(night(WEB, DUE - DAY, BLIND_PBS), user=token.tokenid)
    made = world(guests=(WEB,), storages=(local(), BLIND_PBS), jobs=(TO_PBS,), tasks=(own, night(WEB, DUE, BLIND_PBS)))
    said = conclude(made, token, {} if rights_seen else {"/access/permissions": refused(500)})
    assert str(said[100].freshness) == "unknown"
