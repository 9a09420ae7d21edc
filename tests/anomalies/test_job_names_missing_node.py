"""A job bound to a node that the cluster does not have never runs."""

from anomalies.build import conclude, found, job, only, severity
from pve_backup_report.anomalies.job_names_missing_node import JOB_NAMES_MISSING_NODE
from pve_backup_report.model.anomaly import Severity


def test_loud_when_the_node_is_not_in_the_cluster() -> None:
    finding = only(JOB_NAMES_MISSING_NODE, conclude(jobs=(job("a", node="pve9"),)))
    assert finding.subject == "job/a"
    assert severity(JOB_NAMES_MISSING_NODE, finding) is Severity.ERROR
    assert finding.details == {"job": "a", "node": "pve9"}


def test_quiet_when_the_node_exists_or_none_is_named() -> None:
    assert found(JOB_NAMES_MISSING_NODE, conclude(jobs=(job("a", node="pve2"), job("b")))) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    assert found(JOB_NAMES_MISSING_NODE, conclude(jobs=(job("a", node="pve9", enabled=False),))) == ()


def test_blind_when_the_nodes_were_not_seen() -> None:
    assert found(JOB_NAMES_MISSING_NODE, conclude(jobs=(job("a", node="pve9"),), nodes=())) == ()
