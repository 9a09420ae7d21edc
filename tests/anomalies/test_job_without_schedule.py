"""An enabled job without a schedule never runs by itself."""

from anomalies.build import conclude, facts, found, job, only, severity, sight
from pve_backup_report.anomalies.job_without_schedule import JOB_WITHOUT_SCHEDULE
from pve_backup_report.anomalies.schedule_never_fires import SCHEDULE_NEVER_FIRES
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection


def test_loud_when_there_is_no_schedule() -> None:
    analysis = conclude(jobs=(job("a", schedule=None),))
    finding = only(JOB_WITHOUT_SCHEDULE, analysis)
    assert finding.subject == "job/a"
    assert severity(JOB_WITHOUT_SCHEDULE, finding) is Severity.WARNING
    assert facts(finding, "job", "vmids") == {"job": "a", "vmids": (100, 101)}
    assert found(SCHEDULE_NEVER_FIRES, analysis) == ()


def test_quiet_when_it_has_one() -> None:
    assert found(JOB_WITHOUT_SCHEDULE, conclude()) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    assert found(JOB_WITHOUT_SCHEDULE, conclude(jobs=(job("a", schedule=None, enabled=False),))) == ()


def test_blind_when_the_jobs_were_not_seen() -> None:
    assert found(JOB_WITHOUT_SCHEDULE, conclude(jobs=(), sight=sight(jobs=False))) == ()


def test_blind_to_the_guests_of_a_pool_that_was_not_seen() -> None:
    pool_job = job("a", selection=Selection.POOL, pool="p", schedule=None)
    assert only(JOB_WITHOUT_SCHEDULE, conclude(jobs=(pool_job,), sight=sight(pools=False))).details["vmids"] == ()


def test_quiet_about_a_schedule_that_never_fires() -> None:
    assert found(JOB_WITHOUT_SCHEDULE, conclude(jobs=(job("a", schedule="2015-10-21"),))) == ()
