"""An archive less than a third the usual size is told."""

from anomalies.build import GIB, archive, conclude, found, guest, night, only, severity, snapshot
from pve_backup_report.anomalies.backup_much_smaller_than_usual import BACKUP_MUCH_SMALLER_THAN_USUAL
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity


def sized(*sizes: int | None) -> Analysis:
    """Guest 100 with archives of so many bytes, newest first."""
    backups = tuple(archive(100, n, size=size) for n, size in enumerate(sizes))
    return conclude(guests=(guest(100),), backups=backups)


def test_loud_when_it_is_much_smaller() -> None:
    finding = only(BACKUP_MUCH_SMALLER_THAN_USUAL, sized(2 * GIB, 8 * GIB, 9 * GIB, 8 * GIB, 7 * GIB, 8 * GIB))
    assert finding.subject == "qemu/100"
    assert severity(BACKUP_MUCH_SMALLER_THAN_USUAL, finding) is Severity.WARNING
    assert finding.details == {
        "vmid": 100,
        "name": "web",
        "storage": "nas",
        "made_at": night() + 60,
        "size_bytes": 2 * GIB,
        "usual_bytes": 8 * GIB,
    }


def test_quiet_when_it_is_about_as_large_as_usual() -> None:
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, conclude()) == ()
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, sized(3 * GIB, *(5 * [8 * GIB]))) == ()


def test_quiet_when_the_earlier_ones_lie_on_another_storage() -> None:
    backups = (archive(100, size=GIB), *(snapshot(100, n, size=32 * GIB) for n in range(1, 7)))
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, conclude(guests=(guest(100),), backups=backups)) == ()


def test_quiet_about_the_archives_of_an_earlier_guest_with_its_id() -> None:
    backups = (archive(100, size=GIB), *(archive(100, n, size=32 * GIB) for n in range(1, 7)))
    young = guest(100, born=night() - 100)
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, conclude(guests=(young,), backups=backups)) == ()


def test_blind_with_fewer_than_five_earlier_sizes() -> None:
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, sized(GIB, *(4 * [8 * GIB]), None, None)) == ()


def test_blind_when_the_listing_does_not_tell_the_size() -> None:
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, sized(None, *(6 * [8 * GIB]))) == ()


def test_quiet_when_the_small_one_is_damaged_or_unfinished() -> None:
    usual = tuple(snapshot(100, n, size=9 * GIB) for n in range(1, 7))
    for bad in (snapshot(100, size=1, finished=False), snapshot(100, size=GIB, verified="failed")):
        assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, conclude(guests=(guest(100),), backups=(bad, *usual))) == ()


def test_quiet_about_a_guest_without_archives() -> None:
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, conclude(backups=())) == ()


def test_quiet_at_exactly_a_third() -> None:
    assert found(BACKUP_MUCH_SMALLER_THAN_USUAL, sized(2 * GIB, *(5 * [6 * GIB]))) == ()
