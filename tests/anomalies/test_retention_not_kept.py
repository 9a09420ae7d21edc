"""Restore points that are promised and not there are told, once for all the guests that lack the same."""

from anomalies.build import NIGHTS, archive, conclude, facts, found, job, listing, night, only, severity, storage
from pve_backup_report.anomalies.retention_not_kept import RETENTION_NOT_KEPT
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity


def without(*nights: int, **changes: object) -> Analysis:
    """Two guests with a backup each night but some; seven days are to be kept."""
    backups = tuple(archive(vmid, n) for vmid in (100, 101) for n in NIGHTS if n not in nights)
    return conclude(**{"backups": backups, "listings": (listing("nas"), listing("pbs")), **changes})


def test_loud_about_the_days_without_a_backup() -> None:
    finding = only(RETENTION_NOT_KEPT, without(2, 3))
    assert finding.subject == "storage/nas"
    assert severity(RETENTION_NOT_KEPT, finding) is Severity.INFO
    assert facts(finding, "vmids", "option", "there", "promised", "missing_at") == {
        "vmids": (100, 101),
        "option": "keep-daily",
        "there": 5,
        "promised": 7,
        "missing_at": (night(3), night(2)),
    }


def test_quiet_when_every_day_is_there() -> None:
    assert found(RETENTION_NOT_KEPT, without()) == ()


def test_quiet_about_days_before_the_oldest_backup() -> None:
    assert found(RETENTION_NOT_KEPT, without(5, 6)) == ()


def test_quiet_when_everything_is_kept() -> None:
    assert found(RETENTION_NOT_KEPT, without(2, storages=(storage("nas", retention=None),))) == ()
    assert found(RETENTION_NOT_KEPT, without(2, jobs=(job("nightly", remove=False),))) == ()


def test_blind_when_the_storage_was_not_listed_in_full() -> None:
    assert found(RETENTION_NOT_KEPT, without(2, listings=())) == ()
