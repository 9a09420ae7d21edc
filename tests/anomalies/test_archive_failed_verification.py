"""Damaged backups are told per storage, and are an error where no newer good one is left."""

from anomalies.build import NIGHTS, conclude, facts, found, listing, night, only, severity, snapshot
from pve_backup_report.anomalies.archive_failed_verification import ARCHIVE_FAILED_VERIFICATION
from pve_backup_report.model.anomaly import Severity

GOOD = tuple(snapshot(vmid, n) for vmid in (100, 101) for n in NIGHTS if n)


def test_loud_when_an_older_backup_is_damaged() -> None:
    damaged = snapshot(100, 9, verified="failed")
    finding = only(ARCHIVE_FAILED_VERIFICATION, conclude(backups=(*GOOD, damaged)))
    assert finding.subject == "storage/pbs"
    assert severity(ARCHIVE_FAILED_VERIFICATION, finding) is Severity.WARNING
    assert finding.details == {
        "storage": "pbs",
        "count": 1,
        "vmids": (100,),
        "newest_damaged": (),
        "newest_at": night(9) + 60,
    }


def test_loud_as_an_error_when_the_newest_backup_of_a_guest_is_damaged() -> None:
    damaged = tuple(snapshot(100, n, verified="failed") for n in (0, 9))
    finding = only(ARCHIVE_FAILED_VERIFICATION, conclude(backups=(*GOOD, *damaged)))
    assert severity(ARCHIVE_FAILED_VERIFICATION, finding) is Severity.ERROR
    assert facts(finding, "count", "newest_damaged") == {"count": 2, "newest_damaged": (100,)}


def test_loud_as_an_error_when_no_good_backup_is_left() -> None:
    damaged = conclude(backups=(snapshot(100, verified="failed"), snapshot(101)), runs=())
    assert only(ARCHIVE_FAILED_VERIFICATION, damaged).details["newest_damaged"] == (100,)


def test_quiet_when_verification_found_all_good_or_has_not_run() -> None:
    assert found(ARCHIVE_FAILED_VERIFICATION, conclude(backups=(*GOOD, snapshot(100, verified=None)))) == ()


def test_blind_to_a_newer_good_backup_elsewhere_it_is_no_error() -> None:
    backups = (snapshot(100, verified="failed"), snapshot(101))
    finding = only(ARCHIVE_FAILED_VERIFICATION, conclude(backups=backups, runs=(), listings=(listing("pbs"),)))
    assert severity(ARCHIVE_FAILED_VERIFICATION, finding) is Severity.WARNING
    assert finding.details["newest_damaged"] == ()


def test_blind_when_the_backups_were_not_seen() -> None:
    assert found(ARCHIVE_FAILED_VERIFICATION, conclude(backups=(), listings=())) == ()
