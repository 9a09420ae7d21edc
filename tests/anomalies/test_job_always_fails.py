"""Options that contradict each other make every run fail."""

from anomalies.build import conclude, found, job, only, severity, sight
from pve_backup_report.anomalies.job_always_fails import JOB_ALWAYS_FAILS
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection


def test_loud_with_the_options_that_conflict() -> None:
    finding = only(JOB_ALWAYS_FAILS, conclude(jobs=(job("a", conflict="all, vmid"),)))
    assert finding.subject == "job/a"
    assert severity(JOB_ALWAYS_FAILS, finding) is Severity.ERROR
    assert finding.details == {"job": "a", "options": "all, vmid", "vmids": (100, 101)}


def test_quiet_when_nothing_conflicts() -> None:
    assert found(JOB_ALWAYS_FAILS, conclude()) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    assert found(JOB_ALWAYS_FAILS, conclude(jobs=(job("a", conflict="all, vmid", enabled=False),))) == ()


def test_blind_when_the_jobs_were_not_seen() -> None:
    assert found(JOB_ALWAYS_FAILS, conclude(jobs=(), sight=sight(jobs=False))) == ()


def test_blind_to_the_guests_of_a_pool_that_was_not_seen() -> None:
    pool_job = job("a", selection=Selection.POOL, pool="p", conflict="all, vmid")
    assert only(JOB_ALWAYS_FAILS, conclude(jobs=(pool_job,), sight=sight(pools=False))).details["vmids"] == ()
