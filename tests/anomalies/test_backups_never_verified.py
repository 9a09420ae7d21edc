"""Old backups on a backup server that were never verified are told."""

from anomalies.build import DAY, NOW, archive, conclude, facts, found, only, severity, snapshot, storage
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


def test_loud_about_finished_backups_of_that_storage_only() -> None:
    backups = (OLD, snapshot(100, 41, finished=False, verified=None), archive(100, 42), snapshot(101, 43))
    finding = only(BACKUPS_NEVER_VERIFIED, conclude(backups=backups))
    assert facts(finding, "count", "of") == {"count": 1, "of": 2}


def test_quiet_for_thirty_days_and_no_longer() -> None:
    young, old = (snapshot(100, at=NOW - 30 * DAY + shift, verified=None) for shift in (0, -1))
    assert found(BACKUPS_NEVER_VERIFIED, conclude(backups=(young,))) == ()
    assert only(BACKUPS_NEVER_VERIFIED, conclude(backups=(young, old))).details["oldest_at"] == old.at
