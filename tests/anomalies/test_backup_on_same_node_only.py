"""Guests whose backups all lie on their own node are told, and not once more for the one storage."""

from anomalies.build import archive, conclude, found, guest, job, listing, node, only, severity, snapshot, storage
from pve_backup_report.anomalies.all_copies_on_one_storage import ALL_COPIES_ON_ONE_STORAGE
from pve_backup_report.anomalies.backup_on_same_node_only import BACKUP_ON_SAME_NODE_ONLY
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.backup import Backup

LOCAL = storage("local", type="dir", shared=False, place=("dir", "path=/var/lib/vz"))


def kept(*backups: Backup, **changes: object) -> Analysis:
    parts: dict[str, object] = {
        "guests": (guest(100),),
        "storages": (LOCAL, storage("pbs", type="pbs")),
        "jobs": (job("a", storage="local"),),
        "runs": (),
        "backups": backups,
        "listings": (listing("local", "pve1"), listing("local", "pve2"), listing("pbs")),
    }
    return conclude(**{**parts, **changes})


def test_loud_when_every_copy_is_on_the_guest_s_node() -> None:
    analysis = kept(archive(100, 0, "local", node="pve1"), archive(100, 1, "local", node="pve1"))
    finding = only(BACKUP_ON_SAME_NODE_ONLY, analysis)
    assert finding.subject == "node/pve1"
    assert severity(BACKUP_ON_SAME_NODE_ONLY, finding) is Severity.NOTICE
    assert finding.details == {"node": "pve1", "storages": ("local",), "vmids": (100,)}
    assert found(ALL_COPIES_ON_ONE_STORAGE, analysis) == ()


def test_quiet_when_a_copy_lies_elsewhere() -> None:
    here = archive(100, 0, "local", node="pve1")
    assert found(BACKUP_ON_SAME_NODE_ONLY, kept(here, snapshot(100, 1))) == ()
    assert found(BACKUP_ON_SAME_NODE_ONLY, kept(here, archive(100, 1, "local", node="pve2"))) == ()


def test_quiet_after_the_guest_moved_to_another_node() -> None:
    moved = kept(archive(100, 0, "local", node="pve1"), guests=(guest(100, node="pve2"),))
    assert found(BACKUP_ON_SAME_NODE_ONLY, moved) == ()


def test_blind_when_a_node_s_storage_was_not_listed() -> None:
    listings = (listing("local", "pve1"), listing("pbs"))
    hidden = kept(archive(100, 0, "local", node="pve1"), listings=listings, nodes=(node("pve1"), node("pve2")))
    assert found(BACKUP_ON_SAME_NODE_ONLY, hidden) == ()
