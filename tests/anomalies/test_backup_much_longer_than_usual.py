"""A backup that took more than three times as long as usual is told."""

from dataclasses import replace

from anomalies.build import conclude, failed, found, guest, night, only, run, severity
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


def test_quiet_about_a_long_run_that_failed_and_one_of_unknown_length() -> None:
    usual = tuple(run(100, n, duration_s=1200) for n in range(2, 9))
    for odd in (failed(100), run(100, duration_s=None)):
        long = replace(odd, duration_s=9000) if odd.error else odd
        analysis = conclude(guests=(guest(100),), runs=(long, run(100, 1, duration_s=1200), *usual))
        assert found(BACKUP_MUCH_LONGER_THAN_USUAL, analysis) == ()


def test_loud_when_only_the_newest_log_tells_the_storage() -> None:
    finding = only(BACKUP_MUCH_LONGER_THAN_USUAL, took(3700, 60, 60, 60, 60, 60, storage=None))
    assert finding.details["usual_s"] == 60


def test_loud_when_no_log_tells_the_storage() -> None:
    runs = (run(100, duration_s=3700, storage=None), *(run(100, n, duration_s=60) for n in range(1, 6)))
    assert only(BACKUP_MUCH_LONGER_THAN_USUAL, conclude(guests=(guest(100),), runs=runs)).details["storage"] is None
