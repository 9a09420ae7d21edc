"""Backups without a guest are told once for each storage."""

from dataclasses import replace

from anomalies.build import GIB, archive, cluster, conclude, found, night, only, severity, sight
from pve_backup_report.anomalies.orphaned_backups import ORPHANED_BACKUPS
from pve_backup_report.model.anomaly import Severity


def test_loud_per_storage_with_count_and_size() -> None:
    orphans = tuple(archive(vmid, n) for vmid in (900, 901) for n in range(3, 6))
    finding = only(ORPHANED_BACKUPS, conclude(backups=(*cluster().backups, *orphans)))
    assert finding.subject == "storage/nas"
    assert severity(ORPHANED_BACKUPS, finding) is Severity.INFO
    assert finding.details == {
        "storage": "nas",
        "count": 6,
        "vmids": (900, 901),
        "total_bytes": 48 * GIB,
        "newest_at": night(3) + 60,
    }


def test_loud_without_a_size_when_one_is_not_told() -> None:
    orphans = (archive(900), archive(900, 1, size=None))
    assert only(ORPHANED_BACKUPS, conclude(backups=orphans)).details["total_bytes"] is None


def test_quiet_when_every_backup_has_its_guest() -> None:
    assert found(ORPHANED_BACKUPS, conclude()) == ()


def test_quiet_about_a_backup_whose_name_does_not_tell_its_guest() -> None:
    nameless = replace(archive(900), vmid=None, volid="nas:backup/golden.vma")
    assert found(ORPHANED_BACKUPS, conclude(backups=(nameless,))) == ()


def test_blind_when_the_guest_may_exist_and_be_hidden() -> None:
    assert found(ORPHANED_BACKUPS, conclude(backups=(archive(900),), sight=sight(guests=False))) == ()
