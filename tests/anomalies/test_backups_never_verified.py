"""Old backups on a backup server that were never verified are told."""

from anomalies.build import conclude, facts, found, only, severity, snapshot, storage
from pve_backup_report.anomalies.backups_never_verified import BACKUPS_NEVER_VERIFIED
from pve_backup_report.model.anomaly import Severity

OLD = snapshot(100, 40, verified=None)


def test_loud_when_none_was_verified_for_a_month() -> None:
    finding = only(BACKUPS_NEVER_VERIFIED, conclude(backups=(OLD, snapshot(101, 50), snapshot(100, verified=None))))
    assert finding.subject == "storage/pbs"
    assert severity(BACKUPS_NEVER_VERIFIED, finding) is Severity.NOTICE
    assert facts(finding, "count", "of", "vmids", "oldest_at") == {
        "count": 1,
        "of": 2,
        "vmids": (100,),
        "oldest_at": OLD.at,
    }


def test_quiet_when_all_were_verified_even_if_found_damaged() -> None:
    assert (
        found(BACKUPS_NEVER_VERIFIED, conclude(backups=(snapshot(100, 40), snapshot(101, 40, verified="failed")))) == ()
    )


def test_quiet_about_what_is_younger_than_a_month() -> None:
    assert found(BACKUPS_NEVER_VERIFIED, conclude(backups=(snapshot(100, 20, verified=None),))) == ()


def test_blind_on_a_file_storage_which_knows_no_verification() -> None:
    files = conclude(storages=(storage("nas"), storage("pbs", type="dir")), backups=(OLD,))
    assert found(BACKUPS_NEVER_VERIFIED, files) == ()


def test_blind_when_the_backups_were_not_seen() -> None:
    assert found(BACKUPS_NEVER_VERIFIED, conclude(backups=(), listings=())) == ()
