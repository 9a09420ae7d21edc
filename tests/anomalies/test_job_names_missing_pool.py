"""A job whose pool is gone dies without a trace."""

from anomalies.build import conclude, found, job, only, severity, sight
from pve_backup_report.anomalies.job_names_missing_pool import JOB_NAMES_MISSING_POOL
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection
from pve_backup_report.model.pool import Pool

POOL_JOB = job("a", selection=Selection.POOL, pool="old")
GONE = sight(pools_absent=frozenset({"old"}))


def test_loud_when_the_pool_does_not_exist() -> None:
    finding = only(JOB_NAMES_MISSING_POOL, conclude(jobs=(POOL_JOB,), sight=GONE))
    assert finding.subject == "job/a"
    assert severity(JOB_NAMES_MISSING_POOL, finding) is Severity.ERROR
    assert finding.details == {"job": "a", "pool": "old", "enabled": True}


def test_loud_as_a_notice_when_the_job_is_disabled() -> None:
    off = job("a", selection=Selection.POOL, pool="old", enabled=False)
    finding = only(JOB_NAMES_MISSING_POOL, conclude(jobs=(off,), sight=GONE))
    assert severity(JOB_NAMES_MISSING_POOL, finding) is Severity.NOTICE


def test_quiet_when_the_pool_exists() -> None:
    assert found(JOB_NAMES_MISSING_POOL, conclude(jobs=(POOL_JOB,), pools=(Pool("old", None),))) == ()


def test_blind_when_the_pool_may_exist_and_be_hidden() -> None:
    assert found(JOB_NAMES_MISSING_POOL, conclude(jobs=(POOL_JOB,), sight=sight(pools=False))) == ()
