"""Guests that are selected more than once are told once for each set of jobs."""

from anomalies.build import conclude, found, guest, job, named, only, severity, sight
from pve_backup_report.anomalies.guest_in_several_jobs import GUEST_IN_SEVERAL_JOBS
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection


def test_loud_once_for_all_the_guests_of_the_same_two_jobs() -> None:
    guests = tuple(guest(vmid) for vmid in range(100, 300))
    finding = only(GUEST_IN_SEVERAL_JOBS, conclude(guests=guests, jobs=(job("daily"), job("weekly", storage="pbs"))))
    assert finding.subject == "job/daily"
    assert severity(GUEST_IN_SEVERAL_JOBS, finding) is Severity.INFO
    assert finding.details == {"jobs": ("daily", "weekly"), "vmids": tuple(range(100, 300))}


def test_loud_as_a_warning_when_one_list_names_a_guest_twice() -> None:
    finding = only(GUEST_IN_SEVERAL_JOBS, conclude(jobs=(named("a", 100, 101, 100),)))
    assert severity(GUEST_IN_SEVERAL_JOBS, finding) is Severity.WARNING
    assert finding.details == {"jobs": ("a", "a"), "vmids": (100,)}


def test_quiet_when_each_guest_has_one_job() -> None:
    assert found(GUEST_IN_SEVERAL_JOBS, conclude(jobs=(named("a", 100), named("b", 101)))) == ()


def test_quiet_when_the_other_job_is_disabled() -> None:
    assert found(GUEST_IN_SEVERAL_JOBS, conclude(jobs=(job("a"), job("b", enabled=False)))) == ()


def test_blind_when_the_other_job_s_storage_was_not_seen() -> None:
    hidden = conclude(jobs=(job("a"), job("b", storage="vault")), sight=sight(storages=False))
    assert found(GUEST_IN_SEVERAL_JOBS, hidden) == ()


def test_quiet_when_the_job_that_names_a_guest_twice_is_disabled() -> None:
    assert found(GUEST_IN_SEVERAL_JOBS, conclude(jobs=(named("a", 100, 100, enabled=False),))) == ()


def test_blind_when_the_guests_of_a_job_are_not_known() -> None:
    pool_job = job("a", selection=Selection.POOL, pool="p", vmids=None)
    assert found(GUEST_IN_SEVERAL_JOBS, conclude(jobs=(pool_job,), sight=sight(pools=False))) == ()
