"""A node that is down is told once, with the guests on it."""

from anomalies.build import archive, conclude, facts, found, guest, node, offline, only, severity
from pve_backup_report.anomalies.node_offline import NODE_OFFLINE
from pve_backup_report.model.anomaly import Severity


def test_loud_with_the_guests_that_live_there() -> None:
    guests = (guest(100), guest(101, node="pve2"), guest(102, node="pve2"))
    backups = (archive(100), archive(101, 3), archive(102))
    analysis = conclude(nodes=(node("pve1"), offline("pve2")), guests=guests, runs=(), backups=backups)
    finding = only(NODE_OFFLINE, analysis)
    assert finding.subject == "node/pve2"
    assert severity(NODE_OFFLINE, finding) is Severity.WARNING
    assert facts(finding, "vmids", "late") == {"vmids": (101, 102), "late": (101,)}


def test_quiet_when_every_node_is_online() -> None:
    assert found(NODE_OFFLINE, conclude()) == ()


def test_blind_when_nothing_says_whether_the_node_is_online() -> None:
    assert found(NODE_OFFLINE, conclude(nodes=(node("pve1"), node("pve2", status="unknown", online=None)))) == ()
