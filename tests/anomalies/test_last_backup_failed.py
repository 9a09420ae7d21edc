"""The newest attempt on a guest failed, and nothing newer makes up for it."""

from dataclasses import replace

import pytest

from anomalies.build import (
    NIGHTS,
    archive,
    cluster,
    conclude,
    facts,
    failed,
    found,
    guest,
    listing,
    night,
    node,
    offline,
    only,
    run,
    severity,
    task,
)
from pve_backup_report.anomalies.last_backup_failed import LAST_BACKUP_FAILED
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.task import LogState, RunResult, Task


def broken_for(nights: int, **changes: object) -> Analysis:
    """Guest 100 failed in the last nights, and was backed up before."""
    runs = (*(failed(100, n) for n in range(nights)), *(run(100, n) for n in NIGHTS if n >= nights))
    backups = tuple(archive(100, n) for n in NIGHTS if n >= nights)
    return conclude(**{"guests": (guest(100),), "runs": runs, "backups": backups, **changes})


@pytest.mark.parametrize(
    ("nights", "expected"), [(1, Severity.WARNING), (2, Severity.WARNING), (3, Severity.ERROR), (5, Severity.ERROR)]
)
def test_loud_and_louder_from_the_third_failure_in_a_row(nights: int, expected: Severity) -> None:
    finding = only(LAST_BACKUP_FAILED, broken_for(nights))
    assert finding.subject == "qemu/100"
    assert severity(LAST_BACKUP_FAILED, finding) is expected
    assert facts(finding, "error", "attempt_at", "failures", "last_good_at", "node") == {
        "error": "job failed with err -5 - Input/output error",
        "attempt_at": night() + 60,
        "failures": nights,
        "last_good_at": night(nights) + 60,
        "node": "pve1",
    }


def test_loud_when_the_run_was_aborted() -> None:
    aborted = replace(failed(100), result=RunResult.ABORTED, error="interrupted by signal")
    backups = tuple(archive(100, n) for n in NIGHTS if n)
    finding = only(LAST_BACKUP_FAILED, conclude(guests=(guest(100),), runs=(aborted,), backups=backups))
    assert facts(finding, "result", "error") == {"result": "aborted", "error": "interrupted by signal"}


def test_loud_when_only_tasks_are_seen_and_another_node_is_down() -> None:
    finding = only(LAST_BACKUP_FAILED, broken_for(1, nodes=(node("pve1"), offline("pve2")), listings=()))
    assert finding.subject == "qemu/100"


def test_quiet_when_the_last_backup_is_good() -> None:
    assert found(LAST_BACKUP_FAILED, conclude()) == ()


def test_quiet_when_a_good_backup_was_made_since_by_hand() -> None:
    by_hand = archive(100, at=night() + 7200, volid="nas:backup/vzdump-qemu-100-2026_03_04-03_00_00.vma.zst")
    assert found(LAST_BACKUP_FAILED, broken_for(1, backups=(by_hand, archive(100, 1)))) == ()


def test_quiet_while_it_is_being_tried_again() -> None:
    trying = run(100, at=night() + 9000, result=RunResult.RUNNING, duration_s=None, archive_written=False)
    runs = (trying, failed(100), *(run(100, n) for n in NIGHTS if n))
    assert found(LAST_BACKUP_FAILED, broken_for(1, runs=runs)) == ()


def test_quiet_about_a_guest_that_nothing_covers_any_more() -> None:
    assert found(LAST_BACKUP_FAILED, broken_for(1, jobs=())) == ()


def test_quiet_when_a_stale_lock_is_the_cause() -> None:
    locked = tuple(failed(100, n, "VM is locked (backup)") for n in range(2))
    assert found(LAST_BACKUP_FAILED, broken_for(2, guests=(guest(100, lock="backup"),), runs=locked)) == ()


def test_blind_when_newer_tasks_and_backups_may_have_been_missed() -> None:
    assert found(LAST_BACKUP_FAILED, broken_for(1, nodes=(node("pve1", tasks_seen=False),), listings=())) == ()


def test_blind_when_a_newer_task_has_no_log_any_more() -> None:
    tasks = (task(), task(start=night() + 8000, end=night() + 8100, upid="newer", log=LogState.GONE))
    assert found(LAST_BACKUP_FAILED, broken_for(1, tasks=tasks, listings=(listing("nas"),))) == ()
    whole = cluster().listings
    assert only(LAST_BACKUP_FAILED, broken_for(1, tasks=tasks, listings=whole)).subject == "qemu/100"


def dark_beside(unread: Task) -> Analysis:
    """Guest 100 failed last night; the other node is down, and one task's log is gone."""
    return broken_for(1, nodes=(node("pve1"), offline("pve2"), node("pve3")), listings=(), tasks=(task(), unread))


def test_blind_when_another_node_is_down_and_a_newer_task_of_its_own_has_no_log() -> None:
    for vmid in (None, 100):
        newer = task(start=night() + 8000, upid="newer", vmid=vmid, log=LogState.GONE)
        assert found(LAST_BACKUP_FAILED, dark_beside(newer)) == ()


def test_loud_when_the_task_without_a_log_cannot_have_been_a_newer_attempt() -> None:
    older = task(3, log=LogState.GONE)
    of_another = task(start=night() + 8000, upid="newer", vmid=555, log=LogState.NOT_SEEN)
    elsewhere = task(node="pve3", start=night() + 8000, upid="newer", log=LogState.GONE)
    read = task(start=night() + 8000, upid="newer")
    for unread in (older, of_another, elsewhere, read):
        assert only(LAST_BACKUP_FAILED, dark_beside(unread)).subject == "qemu/100"


def test_blind_when_the_guest_moved_to_a_node_whose_tasks_were_not_seen() -> None:
    moved = broken_for(1, guests=(guest(100, node="pve2"),), nodes=(node("pve1"), offline("pve2")), listings=())
    assert found(LAST_BACKUP_FAILED, moved) == ()


def test_loud_about_another_error_of_a_guest_that_is_locked() -> None:
    analysis = broken_for(1, guests=(guest(100, lock="backup"),))
    assert only(LAST_BACKUP_FAILED, analysis).details["failures"] == 1


def test_loud_about_a_lock_that_is_not_a_stale_one() -> None:
    locked = broken_for(1, runs=(failed(100, 0, "VM is locked (snapshot)"), run(100, 1)))
    assert only(LAST_BACKUP_FAILED, locked).details["error"] == "VM is locked (snapshot)"


def test_loud_without_an_error_text_or_a_known_good_backup() -> None:
    silent = broken_for(1, runs=(failed(100, 0, None),), backups=(), listings=())
    assert facts(only(LAST_BACKUP_FAILED, silent), "error", "last_good_at") == {"error": None, "last_good_at": None}


def test_quiet_when_the_run_was_only_marked_failed() -> None:
    pruned = run(100, result=RunResult.FAILED, error="error pruning backups - check log")
    assert found(LAST_BACKUP_FAILED, broken_for(1, runs=(pruned,), backups=(archive(100),))) == ()


def test_quiet_about_a_guest_that_was_never_backed_up() -> None:
    assert found(LAST_BACKUP_FAILED, broken_for(7)) == ()
