"""Guests that failed alike in one task are told together."""

from dataclasses import replace

from anomalies.build import archive, conclude, facts, failed, found, guest, night, node, only, severity
from pve_backup_report.anomalies.last_backup_failed import LAST_BACKUP_FAILED
from pve_backup_report.anomalies.many_backups_failed import MANY_BACKUPS_FAILED
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity

FULL = "job failed with err -28 - No space left on device"


def full_disk(guests: int, nights: int = 1, **changes: object) -> Analysis:
    vmids = range(100, 100 + guests)
    runs = tuple(replace(failed(vmid, n, FULL), node="pve1", upid=f"task{n}") for n in range(nights) for vmid in vmids)
    parts: dict[str, object] = {
        "guests": tuple(guest(vmid) for vmid in vmids),
        "runs": runs,
        "backups": tuple(archive(vmid, nights + vmid % 2) for vmid in vmids),
    }
    return conclude(**{**parts, **changes})


def test_loud_once_for_two_hundred_guests() -> None:
    analysis = full_disk(200)
    finding = only(MANY_BACKUPS_FAILED, analysis)
    assert finding.subject == "node/pve1"
    assert severity(MANY_BACKUPS_FAILED, finding) is Severity.WARNING
    assert facts(finding, "error", "count", "last_good_at") == {
        "error": FULL,
        "count": 200,
        "last_good_at": night(2) + 60,
    }
    assert found(LAST_BACKUP_FAILED, analysis) == ()


def test_loud_as_an_error_from_the_third_night_on() -> None:
    assert severity(MANY_BACKUPS_FAILED, only(MANY_BACKUPS_FAILED, full_disk(5, nights=3))) is Severity.ERROR


def test_quiet_about_a_few_that_are_told_one_by_one() -> None:
    analysis = full_disk(4)
    assert found(MANY_BACKUPS_FAILED, analysis) == ()
    assert len(found(LAST_BACKUP_FAILED, analysis)) == 4


def test_quiet_when_the_errors_differ() -> None:
    runs = tuple(
        replace(failed(vmid, 0, f"VM {vmid} not running"), node="pve1", upid="task") for vmid in range(100, 108)
    )
    analysis = full_disk(8, runs=runs)
    assert found(MANY_BACKUPS_FAILED, analysis) == ()
    assert len(found(LAST_BACKUP_FAILED, analysis)) == 8


def test_blind_when_newer_tasks_and_backups_may_have_been_missed() -> None:
    hidden = full_disk(200, nodes=(node("pve1", tasks_seen=False),), listings=())
    assert found(MANY_BACKUPS_FAILED, hidden) == ()


def test_loud_without_a_time_when_one_of_them_has_no_good_backup_that_is_known() -> None:
    analysis = full_disk(5, backups=tuple(archive(vmid, 2) for vmid in range(100, 104)), listings=())
    assert only(MANY_BACKUPS_FAILED, analysis).details["last_good_at"] is None


def test_quiet_about_failures_without_an_error_or_with_their_archives_written() -> None:
    vmids = range(100, 108)
    mute = tuple(replace(failed(vmid, 0, None), node="pve1", upid="task") for vmid in vmids)
    assert found(MANY_BACKUPS_FAILED, full_disk(8, runs=mute)) == ()
    pruned = tuple(replace(run, error="error pruning", archive_written=True) for run in mute)
    assert found(MANY_BACKUPS_FAILED, full_disk(8, runs=pruned, listings=())) == ()
