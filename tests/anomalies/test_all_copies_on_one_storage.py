"""Guests whose backups all lie on one storage are told once for each storage."""

from anomalies.build import archive, conclude, found, guest, listing, only, severity, snapshot, storage
from pve_backup_report.anomalies.all_copies_on_one_storage import ALL_COPIES_ON_ONE_STORAGE
from pve_backup_report.model.anomaly import Severity

VMIDS = tuple(range(100, 300))
GUESTS = tuple(guest(vmid) for vmid in VMIDS)
ON_NAS = tuple(archive(vmid, n) for vmid in VMIDS for n in (0, 1))


def test_loud_once_for_all_the_guests_of_one_storage() -> None:
    finding = only(ALL_COPIES_ON_ONE_STORAGE, conclude(guests=GUESTS, backups=ON_NAS, runs=()))
    assert finding.subject == "storage/nas"
    assert severity(ALL_COPIES_ON_ONE_STORAGE, finding) is Severity.INFO
    assert finding.details == {"storage": "nas", "count": 200, "vmids": VMIDS}


def test_loud_when_two_names_show_the_same_place() -> None:
    same = tuple(storage(name, place=("nfs", "server=a", "export=/b")) for name in ("nas", "nas2"))
    twice = (archive(100), archive(100, storage="nas2"))
    listings = (listing("nas"), listing("nas2"))
    analysis = conclude(guests=(guest(100),), storages=same, backups=twice, listings=listings)
    assert only(ALL_COPIES_ON_ONE_STORAGE, analysis).details["vmids"] == (100,)


def test_loud_when_the_only_other_copy_is_damaged() -> None:
    copies = (archive(100), snapshot(100, 1, verified="failed"))
    assert only(ALL_COPIES_ON_ONE_STORAGE, conclude(guests=(guest(100),), backups=copies)).details["vmids"] == (100,)


def test_quiet_when_a_second_storage_holds_one() -> None:
    assert found(ALL_COPIES_ON_ONE_STORAGE, conclude()) == ()


def test_quiet_about_a_guest_without_a_backup_or_without_a_job() -> None:
    assert found(ALL_COPIES_ON_ONE_STORAGE, conclude(backups=(), runs=())) == ()
    assert found(ALL_COPIES_ON_ONE_STORAGE, conclude(guests=GUESTS, backups=ON_NAS, jobs=())) == ()


def test_blind_when_a_storage_was_not_listed() -> None:
    hidden = conclude(guests=GUESTS, backups=ON_NAS, listings=(listing("nas"),))
    assert found(ALL_COPIES_ON_ONE_STORAGE, hidden) == ()
