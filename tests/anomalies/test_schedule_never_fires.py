"""A schedule whose last event is past keeps nobody safe."""

from anomalies.build import NOW, conclude, facts, found, job, only, severity, sight
from pve_backup_report.anomalies.schedule_never_fires import SCHEDULE_NEVER_FIRES
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection


def test_loud_when_the_only_date_is_past() -> None:
    finding = only(SCHEDULE_NEVER_FIRES, conclude(jobs=(job("a", schedule="2026-03-01 02:00"),)))
    assert finding.subject == "job/a"
    assert severity(SCHEDULE_NEVER_FIRES, finding) is Severity.WARNING
    assert facts(finding, "schedule", "last_due", "vmids") == {
        "schedule": "2026-03-01 02:00",
        "last_due": 1772330400,
        "vmids": (100, 101),
    }


def test_loud_when_no_calendar_has_such_a_day() -> None:
    assert only(SCHEDULE_NEVER_FIRES, conclude(jobs=(job("a", schedule="02-30"),))).details["last_due"] is None


def test_quiet_when_it_fires_again_even_if_years_from_now() -> None:
    assert found(SCHEDULE_NEVER_FIRES, conclude(jobs=(job("a", schedule="02-29"),))) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    assert found(SCHEDULE_NEVER_FIRES, conclude(jobs=(job("a", schedule="2015-10-21", enabled=False),))) == ()


def test_blind_when_the_schedule_cannot_be_read() -> None:
    assert found(SCHEDULE_NEVER_FIRES, conclude(jobs=(job("a", schedule="@daily", next_run=NOW + 60),))) == ()
    assert found(SCHEDULE_NEVER_FIRES, conclude(jobs=(job("a", schedule="@daily"),))) == ()


def test_blind_to_its_guests_when_the_jobs_pools_were_not_seen() -> None:
    assert found(SCHEDULE_NEVER_FIRES, conclude(jobs=(), sight=sight(jobs=False))) == ()


def test_blind_to_the_guests_of_a_pool_that_was_not_seen() -> None:
    pool_job = job("a", selection=Selection.POOL, pool="p", schedule="2015-10-21")
    assert only(SCHEDULE_NEVER_FIRES, conclude(jobs=(pool_job,), sight=sight(pools=False))).details["vmids"] == ()


def test_quiet_about_a_job_without_a_schedule() -> None:
    assert found(SCHEDULE_NEVER_FIRES, conclude(jobs=(job("a", schedule=None),))) == ()
