"""A guest that was due and surely has no backup at all is an error."""

from anomalies.build import DUE, NOW, conclude, facts, failed, found, guest, job, listing, named, only, severity, sight
from pve_backup_report.anomalies.backup_late import BACKUP_LATE
from pve_backup_report.anomalies.last_backup_failed import LAST_BACKUP_FAILED
from pve_backup_report.anomalies.never_backed_up import NEVER_BACKED_UP
from pve_backup_report.model.anomaly import Severity


def test_loud_when_a_backup_was_due_and_none_exists() -> None:
    analysis = conclude(guests=(guest(100),), runs=(), backups=())
    finding = only(NEVER_BACKED_UP, analysis)
    assert finding.subject == "qemu/100"
    assert severity(NEVER_BACKED_UP, finding) is Severity.ERROR
    assert facts(finding, "last_due", "jobs", "failures", "error") == {
        "last_due": DUE,
        "jobs": ("nightly",),
        "failures": 0,
        "error": None,
    }


def test_loud_and_alone_when_every_attempt_failed() -> None:
    analysis = conclude(guests=(guest(100),), runs=(failed(100), failed(100, 1)), backups=())
    assert facts(only(NEVER_BACKED_UP, analysis), "failures", "error") == {
        "failures": 2,
        "error": "job failed with err -5 - Input/output error",
    }
    assert found(LAST_BACKUP_FAILED, analysis) == found(BACKUP_LATE, analysis) == ()


def test_quiet_when_there_is_a_backup() -> None:
    assert found(NEVER_BACKED_UP, conclude()) == ()


def test_quiet_about_a_guest_younger_than_its_first_due_time() -> None:
    assert found(NEVER_BACKED_UP, conclude(guests=(guest(100, born=NOW - 3600),), runs=(), backups=())) == ()


def test_quiet_about_a_guest_that_no_job_covers() -> None:
    assert found(NEVER_BACKED_UP, conclude(guests=(guest(100),), jobs=(named("db", 101),), runs=(), backups=())) == ()


def test_blind_when_a_storage_was_not_listed_and_the_tasks_do_not_reach_back() -> None:
    assert found(NEVER_BACKED_UP, conclude(guests=(guest(100),), runs=(), backups=(), listings=(listing("nas"),))) == ()


def test_blind_when_there_may_be_storages_that_were_not_seen() -> None:
    hidden = conclude(guests=(guest(100),), runs=(), backups=(), sight=sight(storages=False))
    assert found(NEVER_BACKED_UP, hidden) == ()


def test_loud_with_the_jobs_that_count_alone() -> None:
    jobs = (job("off", enabled=False), job("nightly"))
    analysis = conclude(guests=(guest(100),), jobs=jobs, runs=(), backups=())
    assert only(NEVER_BACKED_UP, analysis).details["jobs"] == ("nightly",)
