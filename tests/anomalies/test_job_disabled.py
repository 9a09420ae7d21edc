"""A disabled job is worth a notice only when somebody is left without a backup."""

from anomalies.build import conclude, found, job, named, only, severity, sight
from pve_backup_report.anomalies.job_disabled import JOB_DISABLED
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection


def test_loud_with_the_guests_that_nothing_else_covers() -> None:
    finding = only(JOB_DISABLED, conclude(jobs=(job("nightly", enabled=False), named("web", 100))))
    assert finding.subject == "job/nightly"
    assert severity(JOB_DISABLED, finding) is Severity.NOTICE
    assert finding.details == {"job": "nightly", "vmids": (101,)}


def test_loud_as_information_when_another_job_covers_all() -> None:
    finding = only(JOB_DISABLED, conclude(jobs=(job("old", enabled=False), job("nightly"))))
    assert severity(JOB_DISABLED, finding) is Severity.INFO
    assert finding.details == {"job": "old", "vmids": ()}


def test_quiet_when_every_job_is_enabled() -> None:
    assert found(JOB_DISABLED, conclude()) == ()


def test_blind_to_guests_that_may_be_covered_by_what_was_not_seen() -> None:
    jobs = (job("nightly", enabled=False), job("other", storage="vault"))
    finding = only(JOB_DISABLED, conclude(jobs=jobs, sight=sight(storages=False)))
    assert severity(JOB_DISABLED, finding) is Severity.INFO
    assert finding.details["vmids"] == ()


def test_blind_when_its_guests_are_not_known() -> None:
    off = job("a", selection=Selection.POOL, pool="p", enabled=False)
    assert only(JOB_DISABLED, conclude(jobs=(off,), sight=sight(pools=False))).details["vmids"] == ()
