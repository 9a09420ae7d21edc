"""A job whose storage does not exist fails on every node."""

from anomalies.build import conclude, facts, found, job, named, node, only, severity, sight
from pve_backup_report.anomalies.job_names_missing_storage import JOB_NAMES_MISSING_STORAGE
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection

GONE = sight(storages_absent=frozenset({"old"}))


def test_loud_when_the_storage_does_not_exist() -> None:
    finding = only(JOB_NAMES_MISSING_STORAGE, conclude(jobs=(job("a", storage="old"),), sight=GONE))
    assert finding.subject == "job/a"
    assert severity(JOB_NAMES_MISSING_STORAGE, finding) is Severity.ERROR
    assert finding.details == {"job": "a", "storage": "old", "nodes": ("pve1", "pve2"), "vmids": (100, 101)}


def test_loud_when_a_node_s_default_storage_does_not_exist() -> None:
    nodes = (node("pve1", default_storage="old"), node("pve2", default_storage="nas"))
    finding = only(JOB_NAMES_MISSING_STORAGE, conclude(jobs=(job("a", storage=None),), nodes=nodes, sight=GONE))
    assert finding.details == {"job": "a", "storage": "old", "nodes": ("pve1",), "vmids": (100,)}


def test_loud_when_the_guests_of_the_job_are_not_known() -> None:
    hidden = sight(pools=False, storages_absent=frozenset({"old"}))
    analysis = conclude(jobs=(job("a", storage="old", selection=Selection.POOL, pool="p", node="pve2"),), sight=hidden)
    finding = only(JOB_NAMES_MISSING_STORAGE, analysis)
    assert finding.details == {"job": "a", "storage": "old", "nodes": ("pve2",), "vmids": ()}


def test_quiet_when_the_storage_exists() -> None:
    assert found(JOB_NAMES_MISSING_STORAGE, conclude()) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    off = conclude(jobs=(job("a", storage="old", enabled=False),), sight=GONE)
    assert found(JOB_NAMES_MISSING_STORAGE, off) == ()


def test_blind_when_the_storage_may_exist_and_be_hidden() -> None:
    hidden = conclude(jobs=(job("a", storage="old"),), sight=sight(storages=False))
    assert found(JOB_NAMES_MISSING_STORAGE, hidden) == ()


def test_loud_only_for_the_nodes_on_which_the_job_has_guests() -> None:
    finding = only(JOB_NAMES_MISSING_STORAGE, conclude(jobs=(named("a", 101, storage="old"),), sight=GONE))
    assert facts(finding, "nodes", "vmids") == {"nodes": ("pve2",), "vmids": (101,)}
