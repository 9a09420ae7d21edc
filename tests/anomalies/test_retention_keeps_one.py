"""Keeping the newest backup only is told."""

from anomalies.build import conclude, found, job, only, severity, sight, storage
from pve_backup_report.anomalies.retention_keeps_one import RETENTION_KEEPS_ONE
from pve_backup_report.model.anomaly import Severity

ONE = (("keep-last", 1),)


def test_loud_when_the_storage_keeps_one() -> None:
    finding = only(RETENTION_KEEPS_ONE, conclude(storages=(storage("nas", retention=ONE),)))
    assert finding.subject == "storage/nas"
    assert severity(RETENTION_KEEPS_ONE, finding) is Severity.WARNING
    assert finding.details == {"storage": "nas", "jobs": ("nightly",), "vmids": (100, 101)}


def test_loud_when_the_job_overrules_the_storage() -> None:
    assert only(RETENTION_KEEPS_ONE, conclude(jobs=(job("a", retention=ONE),))).details["jobs"] == ("a",)


def test_quiet_when_more_are_kept() -> None:
    assert found(RETENTION_KEEPS_ONE, conclude()) == ()
    and_weekly = (*ONE, ("keep-weekly", 4))
    assert found(RETENTION_KEEPS_ONE, conclude(storages=(storage("nas", retention=and_weekly),))) == ()


def test_quiet_when_the_job_prunes_nothing() -> None:
    assert found(RETENTION_KEEPS_ONE, conclude(jobs=(job("a", retention=ONE, remove=False),))) == ()


def test_blind_when_the_storage_was_not_seen() -> None:
    assert found(RETENTION_KEEPS_ONE, conclude(storages=(), sight=sight(storages=False))) == ()
