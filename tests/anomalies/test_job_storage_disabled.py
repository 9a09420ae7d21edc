"""A job whose storage is disabled fails on every node."""

from anomalies.build import conclude, found, job, only, severity, sight, storage
from pve_backup_report.anomalies.job_storage_disabled import JOB_STORAGE_DISABLED
from pve_backup_report.model.anomaly import Severity

OFF = storage("nas", enabled=False)


def test_loud_when_the_storage_is_disabled() -> None:
    finding = only(JOB_STORAGE_DISABLED, conclude(storages=(OFF,)))
    assert finding.subject == "job/nightly"
    assert severity(JOB_STORAGE_DISABLED, finding) is Severity.ERROR
    assert finding.details == {"job": "nightly", "storage": "nas", "nodes": ("pve1", "pve2"), "vmids": (100, 101)}


def test_quiet_when_the_storage_is_enabled() -> None:
    assert found(JOB_STORAGE_DISABLED, conclude()) == ()


def test_quiet_when_the_job_is_disabled_as_well() -> None:
    assert found(JOB_STORAGE_DISABLED, conclude(storages=(OFF,), jobs=(job("a", enabled=False),))) == ()


def test_blind_when_the_storage_was_not_seen() -> None:
    assert found(JOB_STORAGE_DISABLED, conclude(storages=(), sight=sight(storages=False))) == ()
