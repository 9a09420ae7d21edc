"""Guests whose backups lie where their disks are, are told, and told once."""

from anomalies.build import archive, conclude, found, guest, listing, only, severity, snapshot, storage, volume
from pve_backup_report.anomalies.all_copies_on_one_storage import ALL_COPIES_ON_ONE_STORAGE
from pve_backup_report.anomalies.backup_on_same_node_only import BACKUP_ON_SAME_NODE_ONLY
from pve_backup_report.anomalies.copies_on_guests_own_storage import COPIES_ON_GUESTS_OWN_STORAGE
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.backup import Backup

ON_NAS = guest(100, volumes=(volume("nas:100/vm-100-disk-0.qcow2"),))


def kept(*backups: Backup, **changes: object) -> Analysis:
    return conclude(**{"guests": (ON_NAS,), "runs": (), "backups": backups, **changes})


def test_loud_when_disks_and_backups_share_a_storage() -> None:
    analysis = kept(archive(100), archive(100, 1))
    finding = only(COPIES_ON_GUESTS_OWN_STORAGE, analysis)
    assert finding.subject == "storage/nas"
    assert severity(COPIES_ON_GUESTS_OWN_STORAGE, finding) is Severity.WARNING
    assert finding.details == {"storages": ("nas",), "vmids": (100,)}
    assert found(ALL_COPIES_ON_ONE_STORAGE, analysis) == ()


def test_loud_and_alone_when_the_storage_is_local() -> None:
    local = storage("local", type="dir", shared=False, content=("backup", "images"))
    on_local = guest(100, volumes=(volume("local:100/vm-100-disk-0.qcow2"),))
    analysis = kept(
        archive(100, 0, "local", node="pve1"),
        guests=(on_local,),
        storages=(local, storage("nas")),
        listings=(listing("local", "pve1"), listing("local", "pve2"), listing("nas")),
    )
    assert only(COPIES_ON_GUESTS_OWN_STORAGE, analysis).details["storages"] == ("local",)
    assert found(BACKUP_ON_SAME_NODE_ONLY, analysis) == ()


def test_quiet_when_the_disks_are_elsewhere_or_a_copy_is() -> None:
    assert found(COPIES_ON_GUESTS_OWN_STORAGE, conclude()) == ()
    assert found(COPIES_ON_GUESTS_OWN_STORAGE, kept(archive(100), snapshot(100, 1))) == ()


def test_quiet_about_a_disk_given_by_its_path() -> None:
    raw = guest(100, volumes=(volume("/dev/disk/by-id/nas"),))
    assert found(COPIES_ON_GUESTS_OWN_STORAGE, kept(archive(100), guests=(raw,))) == ()


def test_blind_when_the_disks_were_not_seen() -> None:
    hidden = kept(archive(100), guests=(guest(100, volumes=None),))
    assert found(COPIES_ON_GUESTS_OWN_STORAGE, hidden) == ()


def test_blind_when_a_storage_was_not_listed() -> None:
    assert found(COPIES_ON_GUESTS_OWN_STORAGE, kept(archive(100), listings=(listing("nas"),))) == ()


def test_quiet_when_a_copy_lies_on_the_same_storage_of_another_node() -> None:
    local = storage("local", type="dir", shared=False, content=("backup", "images"))
    analysis = kept(
        archive(100, 0, "local", node="pve2"),
        guests=(guest(100, volumes=(volume("local:100/vm-100-disk-0.qcow2"),)),),
        storages=(local, storage("nas")),
        listings=(listing("local", "pve1"), listing("local", "pve2"), listing("nas")),
    )
    assert found(COPIES_ON_GUESTS_OWN_STORAGE, analysis) == ()
