"""Guests whose backups were verified once, and long ago, are told."""

from anomalies.build import DAY, NOW, conclude, facts, found, only, severity, snapshot
from pve_backup_report.anomalies.verification_old import VERIFICATION_OLD
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.backup import Backup


def verified(vmid: int, night: int, days_ago: int, shift: int = 0) -> Backup:
    return snapshot(vmid, night, verified_at=NOW - days_ago * DAY + shift)


def test_loud_when_the_newest_verification_of_a_guest_is_long_past() -> None:
    old = conclude(backups=(verified(100, 90, 60), verified(100, 100, 80), verified(101, 90, 46), snapshot(100, 1)))
    finding = only(VERIFICATION_OLD, old)
    assert finding.subject == "storage/pbs"
    assert severity(VERIFICATION_OLD, finding) is Severity.NOTICE
    assert facts(finding, "vmids", "verified_at") == {"vmids": (100, 101), "verified_at": NOW - 46 * DAY}


def test_quiet_when_any_snapshot_of_the_guest_was_verified_lately() -> None:
    assert found(VERIFICATION_OLD, conclude(backups=(verified(100, 90, 60), verified(100, 50, 10)))) == ()


def test_quiet_for_forty_five_days_and_no_longer() -> None:
    assert found(VERIFICATION_OLD, conclude(backups=(verified(100, 90, 45),))) == ()
    assert only(VERIFICATION_OLD, conclude(backups=(verified(100, 90, 45, -1),)))


def test_blind_when_nothing_tells_when_it_was() -> None:
    assert found(VERIFICATION_OLD, conclude(backups=(snapshot(100, 90),))) == ()
    assert found(VERIFICATION_OLD, conclude(backups=())) == ()
