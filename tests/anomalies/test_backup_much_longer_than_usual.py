"""A backup that took more than three times as long as usual is told."""

from anomalies.build import conclude, found, guest, night, only, run, severity
from pve_backup_report.anomalies.backup_much_longer_than_usual import BACKUP_MUCH_LONGER_THAN_USUAL
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity


def took(newest: int | None, *earlier: int, storage: str | None = "nas") -> Analysis:
    """Guest 100 with runs of so many seconds, newest first; the newest went to the NAS."""
    runs = (
        run(100, duration_s=newest),
        *(run(100, n, duration_s=s, storage=storage) for n, s in enumerate(earlier, 1)),
    )
    return conclude(guests=(guest(100),), runs=runs)


def test_loud_when_it_took_much_longer() -> None:
    finding = only(BACKUP_MUCH_LONGER_THAN_USUAL, took(3700, 1100, 1200, 1300, 1200, 1200))
    assert finding.subject == "qemu/100"
    assert severity(BACKUP_MUCH_LONGER_THAN_USUAL, finding) is Severity.NOTICE
    assert finding.details == {
        "vmid": 100,
        "name": "web",
        "node": "pve1",
        "storage": "nas",
        "started_at": night() + 60,
        "took_s": 3700,
        "usual_s": 1200,
    }


def test_quiet_when_it_took_as_long_as_usual() -> None:
    assert found(BACKUP_MUCH_LONGER_THAN_USUAL, conclude()) == ()
    assert found(BACKUP_MUCH_LONGER_THAN_USUAL, took(3600, 1200, 1200, 1200, 1200, 1200)) == ()


def test_quiet_about_a_small_guest_that_took_minutes_instead_of_seconds() -> None:
    assert found(BACKUP_MUCH_LONGER_THAN_USUAL, took(300, 5, 5, 5, 5, 5)) == ()


def test_quiet_when_the_earlier_runs_went_to_another_storage() -> None:
    assert found(BACKUP_MUCH_LONGER_THAN_USUAL, took(3700, 60, 60, 60, 60, 60, storage="pbs")) == ()


def test_blind_with_fewer_than_five_earlier_runs() -> None:
    assert found(BACKUP_MUCH_LONGER_THAN_USUAL, took(3700, 60, 60, 60, 60)) == ()


def test_blind_when_no_log_tells_how_long_it_took() -> None:
    assert found(BACKUP_MUCH_LONGER_THAN_USUAL, conclude(runs=())) == ()
