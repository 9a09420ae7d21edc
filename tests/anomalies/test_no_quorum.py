"""A cluster without quorum is an error."""

from anomalies.build import conclude, facts, found, node, offline, only, severity
from pve_backup_report.anomalies.no_quorum import NO_QUORUM
from pve_backup_report.model.anomaly import Severity


def test_loud_when_the_cluster_says_that_it_has_none() -> None:
    finding = only(NO_QUORUM, conclude(quorate=False, nodes=(node("pve1"), offline("pve2"))))
    assert finding.subject == "cluster"
    assert severity(NO_QUORUM, finding) is Severity.ERROR
    assert facts(finding, "cluster", "offline") == {"cluster": "lab", "offline": ("pve2",)}


def test_quiet_when_it_has_quorum_although_a_node_is_down() -> None:
    assert found(NO_QUORUM, conclude(nodes=(node("pve1"), offline("pve2")))) == ()


def test_blind_when_it_was_not_seen_or_there_is_no_cluster() -> None:
    assert found(NO_QUORUM, conclude(quorate=None)) == ()
