"""What cannot be told is told once, with what would have to be seen."""

from anomalies.build import conclude, facts, failed, found, guest, listing, node, only, run, severity, sight, storage
from pve_backup_report.anomalies.backup_unknown import BACKUP_UNKNOWN
from pve_backup_report.model.anomaly import Severity

HIDDEN: dict[str, object] = {"nodes": (node("pve1", tasks_seen=False), node("pve2")), "listings": (listing("nas"),)}


def test_loud_once_when_neither_storages_nor_tasks_were_seen() -> None:
    finding = only(BACKUP_UNKNOWN, conclude(**HIDDEN, runs=(), backups=()))
    assert finding.subject == "cluster"
    assert severity(BACKUP_UNKNOWN, finding) is Severity.INFO
    assert finding.details == {
        "count": 2,
        "vmids": (100, 101),
        "storages": ("pbs",),
        "nodes": ("pve1",),
        "zones": (),
    }


def test_quiet_when_all_was_seen() -> None:
    assert found(BACKUP_UNKNOWN, conclude()) == ()


def test_quiet_when_a_backup_is_known_to_be_there_although_not_all_was_seen() -> None:
    assert found(BACKUP_UNKNOWN, conclude(**HIDDEN)) == ()


def test_quiet_about_a_guest_whose_last_attempt_failed() -> None:
    analysis = conclude(guests=(guest(101, node="pve2"),), runs=(failed(101),), backups=(), listings=())
    assert found(BACKUP_UNKNOWN, analysis) == ()


def test_blind_when_not_even_the_jobs_were_seen_another_rule_tells() -> None:
    assert found(BACKUP_UNKNOWN, conclude(**HIDDEN, jobs=(), sight=sight(jobs=False), runs=(run(100),))) == ()


def test_blind_to_what_a_local_storage_holds_it_is_named() -> None:
    analysis = conclude(guests=(guest(100, born=None),), runs=(), backups=(), listings=(listing("nas"),))
    assert facts(only(BACKUP_UNKNOWN, analysis), "storages", "nodes") == {"storages": ("pbs",), "nodes": ()}


def test_loud_with_every_storage_in_use_that_was_not_listed_in_full() -> None:
    storages = (
        storage("nas"),
        storage("pbs", type="pbs"),
        storage("off", enabled=False),
        storage("iso", content=("iso",)),
        storage("local-a", type="dir", shared=False, nodes=("pve1",)),
        storage("local-b", type="dir", shared=False, nodes=("pve1",)),
    )
    listings = (listing("nas", whole=False), listing("local-a", "pve1"))
    nodes = (node("pve1"), node("pve2", history_since=None))
    finding = only(BACKUP_UNKNOWN, conclude(storages=storages, listings=listings, nodes=nodes, runs=(), backups=()))
    assert facts(finding, "storages", "nodes") == {"storages": ("nas", "pbs", "local-b"), "nodes": ("pve2",)}


def test_loud_about_a_guest_whose_job_is_known_and_only_its_volumes_are_not() -> None:
    analysis = conclude(**HIDDEN, guests=(guest(100, volumes=None),), runs=(), backups=())
    assert only(BACKUP_UNKNOWN, analysis).details["vmids"] == (100,)


def test_loud_with_the_node_whose_time_zone_was_not_seen() -> None:
    nodes = (node("pve1"), node("pve2", timezone=None), node("pve3", timezone=None))
    finding = only(BACKUP_UNKNOWN, conclude(nodes=nodes, timezone="Asia/Kolkata"))
    assert facts(finding, "vmids", "zones", "nodes", "storages") == {
        "vmids": (101,),
        "zones": ("pve2",),
        "nodes": (),
        "storages": (),
    }
