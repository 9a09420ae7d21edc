"""A storage without the room that its next run needs is told before that run."""

from anomalies.build import (
    DAY,
    DUE,
    GIB,
    NIGHTS,
    archive,
    conclude,
    disk,
    facts,
    found,
    job,
    named,
    node,
    only,
    severity,
    snapshot,
    storage,
)
from pve_backup_report.anomalies.storage_full_at_next_run import STORAGE_FULL_AT_NEXT_RUN
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.storage import StorageState


def free(gib: int, node: str = "pve1") -> StorageState:
    return StorageState(node, available=True, used=(1000 - gib) * GIB, total=1000 * GIB)


def nas(gib: int, **changes: object) -> Analysis:
    """Two guests with seven archives of 8 GiB each; the storage keeps seven days."""
    return conclude(storages=(storage("nas", states=(free(gib), free(gib, "pve2"))),), **changes)


def test_loud_when_the_first_archive_finds_no_room() -> None:
    finding = only(STORAGE_FULL_AT_NEXT_RUN, nas(7))
    assert finding.subject == "storage/nas"
    assert severity(STORAGE_FULL_AT_NEXT_RUN, finding) is Severity.ERROR
    assert facts(finding, "job", "next_run", "needed_bytes", "free_bytes", "vmids") == {
        "job": "nightly",
        "next_run": DUE + DAY,
        "needed_bytes": 8 * GIB,
        "free_bytes": 7 * GIB,
        "vmids": (100, 101),
    }


def test_quiet_when_each_guest_finds_the_room_that_the_one_before_it_left() -> None:
    assert found(STORAGE_FULL_AT_NEXT_RUN, nas(8)) == ()


def test_loud_when_nothing_is_removed_and_the_archives_add_up() -> None:
    for keeping in ({"remove": False}, {"retention": (("keep-all", 1),)}, {"retention": (("keep-daily", 8),)}):
        finding = only(STORAGE_FULL_AT_NEXT_RUN, nas(15, jobs=(job("nightly", **keeping),)))
        assert finding.details["needed_bytes"] == 16 * GIB


def test_loud_when_what_would_be_removed_is_protected() -> None:
    kept = tuple(archive(vmid, night, protected=True) for vmid in (100, 101) for night in NIGHTS)
    assert only(STORAGE_FULL_AT_NEXT_RUN, nas(15, backups=kept)).details["needed_bytes"] == 16 * GIB


def test_loud_about_the_job_that_comes_first() -> None:
    jobs = (job("nightly"), named("noon", 100, schedule="12:00"))
    assert facts(only(STORAGE_FULL_AT_NEXT_RUN, nas(7, jobs=jobs)), "job", "vmids") == {"job": "noon", "vmids": (100,)}


def test_loud_per_node_for_a_local_storage() -> None:
    local = storage("nas", type="dir", shared=False, states=(free(7), free(9, "pve2")))
    here = tuple(archive(vmid, night, node=f"pve{vmid - 99}") for vmid in (100, 101) for night in NIGHTS)
    finding = only(STORAGE_FULL_AT_NEXT_RUN, conclude(storages=(local,), backups=here))
    assert facts(finding, "node", "vmids") == {"node": "pve1", "vmids": (100,)}


def test_quiet_when_the_nodes_own_defaults_limit_what_is_kept() -> None:
    without = storage("nas", retention=None, states=(free(8),))
    assert only(STORAGE_FULL_AT_NEXT_RUN, conclude(storages=(without,))).details["needed_bytes"] == 16 * GIB
    limited = tuple(node(name, default_retention=(("keep-last", 7),)) for name in ("pve1", "pve2"))
    assert found(STORAGE_FULL_AT_NEXT_RUN, conclude(storages=(without,), nodes=limited)) == ()


def test_quiet_about_a_backup_server() -> None:
    full = storage("pbs", type="pbs", states=(free(1),))
    backups = tuple(snapshot(vmid, night) for vmid in (100, 101) for night in NIGHTS)
    assert (
        found(STORAGE_FULL_AT_NEXT_RUN, conclude(storages=(full,), jobs=(job("a", storage="pbs"),), backups=backups))
        == ()
    )


def test_blind_without_sizes() -> None:
    untold = storage("nas", states=(disk("pve1", available=None),))
    assert found(STORAGE_FULL_AT_NEXT_RUN, conclude(storages=(untold,))) == ()
    assert found(STORAGE_FULL_AT_NEXT_RUN, nas(1, backups=(), runs=())) == ()


def test_loud_when_only_the_logs_tell_how_large_they_are() -> None:
    named_only = tuple(archive(vmid, night, size=None) for vmid in (100, 101) for night in NIGHTS)
    assert only(STORAGE_FULL_AT_NEXT_RUN, nas(7, backups=named_only)).details["needed_bytes"] == 8 * GIB
