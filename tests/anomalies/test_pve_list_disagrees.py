"""Where Proxmox VE's own list says something else, the reason is told."""

from anomalies.build import conclude, found, job, named, only, severity, sight
from pve_backup_report.anomalies.pve_list_disagrees import PVE_LIST_DISAGREES
from pve_backup_report.model.anomaly import Severity


def test_loud_when_proxmox_counts_a_disabled_job() -> None:
    finding = only(PVE_LIST_DISAGREES, conclude(jobs=(job("nightly", enabled=False),)))
    assert finding.subject == "api//cluster/backup-info/not-backed-up"
    assert severity(PVE_LIST_DISAGREES, finding) is Severity.INFO
    assert finding.details == {"reason": "job-disabled", "listed": False, "vmids": (100, 101)}


def test_loud_when_it_lists_a_guest_that_a_job_covers() -> None:
    finding = only(PVE_LIST_DISAGREES, conclude(not_backed_up=frozenset({101})))
    assert finding.details == {"reason": "selected-by-job", "listed": True, "vmids": (101,)}


def test_loud_apart_for_each_reason() -> None:
    jobs = (named("web", 100, enabled=False), named("db", 101, schedule="2015-10-21"))
    reasons = {finding.details["reason"] for finding in found(PVE_LIST_DISAGREES, conclude(jobs=jobs))}
    assert reasons == {"job-disabled", "job-never-fires"}


def test_quiet_when_both_agree() -> None:
    assert found(PVE_LIST_DISAGREES, conclude()) == ()
    assert found(PVE_LIST_DISAGREES, conclude(jobs=(named("a", 100),), not_backed_up=frozenset({101}))) == ()


def test_blind_when_its_list_was_not_seen() -> None:
    assert found(PVE_LIST_DISAGREES, conclude(jobs=(job("nightly", enabled=False),), not_backed_up=None)) == ()


def test_blind_about_guests_that_could_not_be_judged() -> None:
    hidden = conclude(jobs=(), sight=sight(jobs=False), not_backed_up=frozenset({100}))
    assert found(PVE_LIST_DISAGREES, hidden) == ()
