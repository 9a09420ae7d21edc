"""A storage that is not allowed on a node harms the job's guests there."""

from anomalies.build import conclude, found, job, named, only, severity, sight, storage
from pve_backup_report.anomalies.job_storage_not_on_node import JOB_STORAGE_NOT_ON_NODE
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection

ONLY_PVE1 = storage("nas", nodes=("pve1",))


def test_loud_with_the_nodes_and_the_guests_concerned() -> None:
    finding = only(JOB_STORAGE_NOT_ON_NODE, conclude(storages=(ONLY_PVE1,)))
    assert finding.subject == "job/nightly"
    assert severity(JOB_STORAGE_NOT_ON_NODE, finding) is Severity.WARNING
    assert finding.details == {"job": "nightly", "storage": "nas", "nodes": ("pve2",), "vmids": (101,)}


def test_loud_as_an_error_when_no_guest_of_the_job_can_be_backed_up() -> None:
    finding = only(JOB_STORAGE_NOT_ON_NODE, conclude(storages=(ONLY_PVE1,), jobs=(named("db", 101),)))
    assert severity(JOB_STORAGE_NOT_ON_NODE, finding) is Severity.ERROR


def test_quiet_when_the_storage_is_allowed_where_the_guests_are() -> None:
    assert found(JOB_STORAGE_NOT_ON_NODE, conclude(storages=(ONLY_PVE1,), jobs=(named("web", 100),))) == ()


def test_quiet_about_local_which_is_allowed_everywhere() -> None:
    local = storage("local", type="dir", shared=False, nodes=("pve1",))
    assert found(JOB_STORAGE_NOT_ON_NODE, conclude(storages=(local,), jobs=(job("a", storage="local"),))) == ()


def test_blind_when_the_guests_of_the_job_are_not_known() -> None:
    pool_job = job("a", selection=Selection.POOL, pool="p")
    hidden = conclude(storages=(ONLY_PVE1,), jobs=(pool_job,), sight=sight(pools=False))
    assert found(JOB_STORAGE_NOT_ON_NODE, hidden) == ()
