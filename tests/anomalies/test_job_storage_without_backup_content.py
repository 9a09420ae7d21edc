"""A job whose storage does not hold backups fails on every node."""

from anomalies.build import conclude, found, job, only, severity, sight, storage
from pve_backup_report.anomalies.job_storage_without_backup_content import JOB_STORAGE_WITHOUT_BACKUP_CONTENT
from pve_backup_report.model.anomaly import Severity

ISO_ONLY = storage("nas", content=("iso",))


def test_loud_when_the_storage_does_not_hold_backups() -> None:
    finding = only(JOB_STORAGE_WITHOUT_BACKUP_CONTENT, conclude(storages=(ISO_ONLY,)))
    assert finding.subject == "job/nightly"
    assert severity(JOB_STORAGE_WITHOUT_BACKUP_CONTENT, finding) is Severity.ERROR
    assert finding.details == {"job": "nightly", "storage": "nas", "nodes": ("pve1", "pve2"), "vmids": (100, 101)}


def test_quiet_when_it_holds_backups() -> None:
    assert found(JOB_STORAGE_WITHOUT_BACKUP_CONTENT, conclude()) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    off = conclude(storages=(ISO_ONLY,), jobs=(job("a", enabled=False),))
    assert found(JOB_STORAGE_WITHOUT_BACKUP_CONTENT, off) == ()


def test_blind_when_the_storage_was_not_seen() -> None:
    assert found(JOB_STORAGE_WITHOUT_BACKUP_CONTENT, conclude(storages=(), sight=sight(storages=False))) == ()
