"""A run that is marked failed although its archive is there is not told as a lost backup."""

from anomalies.build import archive, conclude, facts, found, guest, night, node, only, run, severity
from pve_backup_report.anomalies.failed_after_archive import FAILED_AFTER_ARCHIVE
from pve_backup_report.anomalies.last_backup_failed import LAST_BACKUP_FAILED
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.task import RunResult

PRUNE = "error pruning backups - check log"
PRUNE_FAILED = tuple(run(vmid, result=RunResult.FAILED, error=PRUNE, node="pve1") for vmid in (100, 101))
GUESTS = (guest(100), guest(101))


def test_loud_once_for_the_guests_whose_pruning_failed() -> None:
    analysis = conclude(guests=GUESTS, runs=PRUNE_FAILED, backups=(archive(100), archive(101)))
    finding = only(FAILED_AFTER_ARCHIVE, analysis)
    assert finding.subject == "node/pve1"
    assert severity(FAILED_AFTER_ARCHIVE, finding) is Severity.WARNING
    assert facts(finding, "error", "vmids", "storage", "attempt_at") == {
        "error": PRUNE,
        "vmids": (100, 101),
        "storage": "nas",
        "attempt_at": night() + 60,
    }
    assert found(LAST_BACKUP_FAILED, analysis) == ()


def test_loud_when_only_the_log_tells_that_the_archive_was_written() -> None:
    analysis = conclude(guests=GUESTS, runs=PRUNE_FAILED, backups=(), listings=())
    assert only(FAILED_AFTER_ARCHIVE, analysis).details["vmids"] == (100, 101)


def test_quiet_when_the_runs_went_well() -> None:
    assert found(FAILED_AFTER_ARCHIVE, conclude()) == ()


def test_quiet_when_the_archive_is_surely_not_there() -> None:
    analysis = conclude(guests=GUESTS, runs=PRUNE_FAILED, backups=(archive(100, 1), archive(101, 1)))
    assert found(FAILED_AFTER_ARCHIVE, analysis) == ()
    assert len(found(LAST_BACKUP_FAILED, analysis)) == 2


def test_blind_when_newer_tasks_and_backups_may_have_been_missed() -> None:
    hidden = conclude(
        nodes=(node("pve1", tasks_seen=False),), guests=GUESTS, runs=PRUNE_FAILED, backups=(), listings=()
    )
    assert found(FAILED_AFTER_ARCHIVE, hidden) == ()
