"""An id without a guest makes every run of its job fail."""

from anomalies.build import conclude, found, named, only, severity, sight
from pve_backup_report.anomalies.job_names_missing_guest import JOB_NAMES_MISSING_GUEST
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import IncludedGuest


def test_loud_with_the_ids_that_are_no_guests() -> None:
    finding = only(JOB_NAMES_MISSING_GUEST, conclude(jobs=(named("a", 100, 999, 998),)))
    assert finding.subject == "job/a"
    assert severity(JOB_NAMES_MISSING_GUEST, finding) is Severity.WARNING
    assert finding.details == {"job": "a", "vmids": (998, 999)}


def test_loud_when_proxmox_itself_says_so_although_guests_may_be_hidden() -> None:
    told = (IncludedGuest(100, "qemu", ()), IncludedGuest(999, "unknown", ()))
    analysis = conclude(jobs=(named("a", 100, 102, 999, included=told),), sight=sight(guests=False))
    assert only(JOB_NAMES_MISSING_GUEST, analysis).details["vmids"] == (999,)


def test_quiet_when_every_guest_exists() -> None:
    assert found(JOB_NAMES_MISSING_GUEST, conclude(jobs=(named("a", 100, 101),))) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    assert found(JOB_NAMES_MISSING_GUEST, conclude(jobs=(named("a", 100, 999, enabled=False),))) == ()


def test_blind_when_the_guest_may_exist_and_be_hidden() -> None:
    assert found(JOB_NAMES_MISSING_GUEST, conclude(jobs=(named("a", 100, 999),), sight=sight(guests=False))) == ()
