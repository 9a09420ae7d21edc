"""Snapshots that a guest keeps for longer than a month are told."""

from anomalies.build import DAY, NOW, conclude, facts, found, guest, only, severity
from pve_backup_report.anomalies.guest_snapshot_old import GUEST_SNAPSHOT_OLD
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.guest import GuestSnapshot


def keeping(*snapshots: GuestSnapshot) -> Analysis:
    return conclude(guests=(guest(100, "web", snapshots=snapshots),))


def taken(days_ago: int, name: str = "before_upgrade", shift: int = 0) -> GuestSnapshot:
    return GuestSnapshot(name, NOW - days_ago * DAY + shift)


def test_loud_about_the_oldest_of_them() -> None:
    finding = only(GUEST_SNAPSHOT_OLD, keeping(taken(31, "b"), taken(400, "a"), taken(2, "c")))
    assert finding.subject == "qemu/100"
    assert severity(GUEST_SNAPSHOT_OLD, finding) is Severity.NOTICE
    assert facts(finding, "count", "oldest", "oldest_at") == {
        "count": 2,
        "oldest": "a",
        "oldest_at": NOW - 400 * DAY,
    }


def test_quiet_for_thirty_days_and_no_longer() -> None:
    assert found(GUEST_SNAPSHOT_OLD, keeping(taken(30))) == ()
    assert only(GUEST_SNAPSHOT_OLD, keeping(taken(30, shift=-1)))


def test_quiet_about_a_guest_without_snapshots() -> None:
    assert found(GUEST_SNAPSHOT_OLD, keeping()) == ()


def test_blind_when_they_were_not_seen_or_their_time_is_not_known() -> None:
    assert found(GUEST_SNAPSHOT_OLD, conclude(guests=(guest(100, snapshots=None),))) == ()
    assert found(GUEST_SNAPSHOT_OLD, keeping(GuestSnapshot("old", None))) == ()
