"""Traps in what a token may see: what is hidden from it, with a status of 200, is never taken for what is not there."""

from dataclasses import replace

import pytest

from laws.trap_worlds import (
    BLIND_PBS,
    DAY,
    DB,
    DUE,
    NAS,
    NIGHTLY,
    TO_PBS,
    WEB,
    archive,
    cluster_of,
    conclude,
    night,
    refused,
    rotated,
    world,
)
from pve_backup_report.model.verdict import Freshness, Verdict
from simulator import PRESETS, Archive, Grant, Job, Pool, TokenRights, World
from simulator.builders import local, local_lvm, pbs
from simulator.rights import AUDITOR, without
from tape_from_simulator import record

AUDITOR_ALL = Grant.of("/", "PVEAuditor")
SPACE = frozenset({"Datastore.AllocateSpace"})
BACKUP = frozenset({"VM.Backup"})


def token(*grants: Grant) -> TokenRights:
    return TokenRights(grants=grants)


def also(path: str, more: frozenset[str], *, propagate: bool = True) -> Grant:
    """An auditor's role with some more privileges."""
    return Grant(path, propagate, f"Auditor+{'+'.join(sorted(more))}", AUDITOR | more)


def on_pbs(*archives: Archive, tasks: bool = False) -> World:
    """Both guests go to a backup server that an auditor cannot list; the logs are there or rotated away."""
    nights = {"tasks": (night(WEB, DUE, BLIND_PBS), night(DB, DUE, BLIND_PBS))} if tasks else rotated()
    storages = (local(), local_lvm(), BLIND_PBS)
    return world(storages=storages, jobs=(TO_PBS,), archives=archives, **nights)


WEB_THERE, DB_THERE = archive(WEB, DUE + 5, BLIND_PBS), archive(DB, DUE + 5, BLIND_PBS)

# name: (the token, freshness of VM 100, of container 101), where both have a good backup that no log tells of
TOKENS: dict[str, tuple[TokenRights, str, str]] = {
    "an auditor sees no backup": (token(AUDITOR_ALL), "unknown", "unknown"),
    "both privileges everywhere": (token(also("/", SPACE | BACKUP)), "fresh", "fresh"),
    "VM.Backup on one guest": (token(also("/", SPACE), also("/vms/100", BACKUP)), "fresh", "unknown"),
    "VM.Backup on all guests but one": (
        token(also("/", SPACE | BACKUP), Grant.of("/vms/101", "PVEAuditor")),
        "fresh",
        "unknown",
    ),
    "VM.Backup on /vms, not passed on": (
        token(also("/", SPACE), also("/vms", BACKUP, propagate=False)),
        "unknown",
        "unknown",
    ),
    "space on another storage only": (
        token(also("/", BACKUP), also("/storage/local", SPACE)),
        "unknown",
        "unknown",
    ),
    "space on that storage only": (token(also("/", BACKUP), also("/storage/pbs1", SPACE)), "fresh", "fresh"),
    "space on /storage, not passed on": (
        token(also("/", BACKUP), also("/storage", SPACE, propagate=False)),
        "unknown",
        "unknown",
    ),
    "a deeper role takes the space away": (
        token(also("/", SPACE | BACKUP), Grant.of("/storage/pbs1", "PVEAuditor")),
        "unknown",
        "unknown",
    ),
    "the whole storage": (token(AUDITOR_ALL, Grant.of("/storage/pbs1", "PVEDatastoreAdmin")), "fresh", "fresh"),
    "space alone": (token(AUDITOR_ALL, Grant.of("/storage/pbs1", "PVEDatastoreUser")), "unknown", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOKENS)
def test_a_backup_that_may_be_hidden_is_not_called_missing(name: str) -> None:
    seen, web, db = TOKENS[name]
    said = conclude(on_pbs(WEB_THERE, DB_THERE), seen)
    assert (str(said[100].freshness), str(said[101].freshness)) == (web, db)


@pytest.mark.parametrize("name", TOKENS)
def test_a_guest_is_called_never_backed_up_only_where_its_backups_would_show(name: str) -> None:
    seen, web, db = TOKENS[name]
    said = conclude(on_pbs(), seen)
    wanted = ["never" if fresh == "fresh" else "unknown" for fresh in (web, db)]
    assert [str(said[vmid].freshness) for vmid in (100, 101)] == wanted


@pytest.mark.parametrize("name", TOKENS)
def test_an_old_backup_is_called_late_only_where_a_newer_one_would_show(name: str) -> None:
    # the older backup lies where everybody sees it; the newer one, on the backup server, may be hidden
    older = tuple(archive(guest, DUE - DAY + 5) for guest in (WEB, DB))
    seen, web, db = TOKENS[name]
    made = replace(on_pbs(WEB_THERE, DB_THERE, *older), storages=(local(), local_lvm(), NAS, BLIND_PBS))
    said = conclude(made, seen)
    assert [str(said[vmid].freshness) for vmid in (100, 101)] == [web, db]


def test_what_the_logs_call_finished_counts_where_the_archives_are_hidden() -> None:
    said = conclude(on_pbs(WEB_THERE, DB_THERE, tasks=True), "auditor")
    for guest in said.values():
        assert guest.freshness is Freshness.FRESH
        assert guest.last_success is not None
        assert guest.last_success.source == "task"
    assert any("pbs1" in gap.endpoint for gap in cluster_of(on_pbs(WEB_THERE), "auditor").gaps)


def test_an_empty_dry_run_on_a_backup_server_proves_nothing() -> None:
    empty = replace(BLIND_PBS, pbs_prune="empty")
    made = replace(on_pbs(WEB_THERE, DB_THERE), storages=(local(), local_lvm(), empty))
    assert {guest.freshness for guest in conclude(made, "auditor").values()} == {Freshness.UNKNOWN}


def test_the_dry_run_shows_an_auditor_every_file() -> None:
    made = world(archives=(archive(WEB, DUE + 5), archive(DB, DUE - DAY + 5, protected=True)))
    said = conclude(made, "auditor")
    assert [str(said[vmid].freshness) for vmid in (100, 101)] == ["fresh", "late"]
    assert str(conclude(world(), "auditor")[100].freshness) == "never"


def test_without_sys_audit_on_a_node_its_tasks_are_hidden_not_absent() -> None:
    made = on_pbs(WEB_THERE, DB_THERE, tasks=True)
    said = conclude(made, without("/nodes/pve2"))
    assert (said[100].freshness, said[101].freshness) == (Freshness.FRESH, Freshness.UNKNOWN)
    assert said[101].last_attempt is None


def test_a_hidden_guest_is_told_as_a_gap_and_not_in_the_list() -> None:
    made = world(pools=(Pool("prod", (101,)),), jobs=(Job("by-pool", "01:00", storage="nas", pool="prod"),))
    assert 101 not in conclude(made, without("/vms/101"))
    assert any("inventory" in gap.blinds for gap in cluster_of(made, without("/vms/101")).gaps)


HIDDEN = {
    "the job's storage": without("/storage/nas"),
    "all storages": without("/storage"),
    "jobs": token(Grant.of("/", "PVEAuditor", propagate=False), Grant.of("/vms", "PVEAuditor")),
    "everything but the guests": token(Grant.of("/vms", "PVEAuditor")),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_could_decide_and_was_not_seen_leaves_the_verdict_open(name: str) -> None:
    said = conclude(world(archives=(archive(WEB, DUE + 5),)), HIDDEN[name])
    assert {guest.verdict for guest in said.values()} == {Verdict.UNDETERMINED}
    assert set(said) == {100, 101}


def test_a_hidden_pool_is_not_a_pool_that_is_gone() -> None:
    made = world(jobs=(replace(NIGHTLY, all=None, pool="prod"),), pools=(Pool("prod", (100,)),))
    for seen in (without("/pool/prod"), without("/pool")):
        said = conclude(made, seen)[100]
        assert said.verdict in {Verdict.UNDETERMINED, Verdict.COVERED}
        # an older Proxmox VE does not tell the members either
        blind = conclude(made, seen, {"/cluster/backup/": refused(403)})[100]
        assert blind.verdict is Verdict.UNDETERMINED


def test_to_allocate_pools_shows_none() -> None:
    # pve-manager PVE/API2/Pool.pm filters by Pool.Audit alone, since there is one
    made = world(jobs=(replace(NIGHTLY, all=None, pool="prod"),), pools=(Pool("prod", (100,)),))
    allocates = Grant("/", propagate=True, role="Pools", privileges=AUDITOR - {"Pool.Audit"} | {"Pool.Allocate"})
    assert conclude(made, token(allocates))[100].verdict is Verdict.COVERED
    blind = conclude(made, token(allocates), {"/cluster/backup/": refused(403)})[100]
    assert blind.verdict is Verdict.UNDETERMINED


def test_what_is_perhaps_shown_is_asked_for() -> None:
    made = on_pbs(WEB_THERE, DB_THERE)
    allocates = Grant.of("/storage", "PVEDatastoreAdmin")
    nothing_told = Grant(
        "/access", propagate=True, role="Blind", privileges=frozenset({"VM.Audit"})
    )  # no list of its rights
    said = conclude(made, token(AUDITOR_ALL, nothing_told, allocates))[100]
    assert (str(said.freshness), said.backups) == ("fresh", None)


@pytest.mark.parametrize("field", ["name", "tags", "status"])
def test_null_in_what_decides_nothing_is_not_there(field: str) -> None:
    path = "/cluster/resources"
    whole = record(world(), PRESETS["root_full"]).answers[path]
    assert isinstance(whole.data, list)
    rows = [{**row, field: None} if row.get("vmid") == 100 else row for row in whole.data]
    assert conclude(world(), changes={path: replace(whole, data=rows)})[100].verdict is Verdict.COVERED


def test_rights_by_a_pool_reach_its_direct_members_only() -> None:
    made = replace(on_pbs(WEB_THERE, DB_THERE), pools=(Pool("prod", (100,)), Pool("dev", (101,))))
    said = conclude(made, token(also("/", SPACE), Grant.of("/pool/prod", "PVEVMUser")))
    assert str(said[100].freshness) == "fresh"
    assert str(said[101].freshness) == "unknown"


def test_unreadable_permissions_prove_nothing() -> None:
    changes = {"/access/permissions": refused(500), "/access/acl": refused(500)}
    for there in ((WEB_THERE, DB_THERE), ()):
        said = conclude(on_pbs(*there), "root_full", changes)
        wanted = {Freshness.FRESH, Freshness.UNKNOWN} if there else {Freshness.UNKNOWN}
        assert {guest.freshness for guest in said.values()} <= wanted


def test_a_backup_of_another_job_may_be_newer_than_the_one_that_shows() -> None:
    second = pbs("pbs2", datastore="other")
    blind = replace(second, pbs_prune="fail")
    jobs = (replace(TO_PBS, schedule="sun 01:00"), replace(TO_PBS, id="second", storage="pbs2"))
    shown, hidden = archive(WEB, DUE - 3 * DAY, BLIND_PBS), archive(WEB, DUE + 5, blind)
    made = world(storages=(local(), BLIND_PBS, blind), jobs=jobs, archives=(shown, hidden), **rotated())
    said = conclude(made, token(also("/", BACKUP), also("/storage/pbs1", SPACE)))
    assert said[100].freshness is Freshness.UNKNOWN
