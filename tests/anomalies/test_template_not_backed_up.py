"""A template without a job gets a notice, and only that."""

from anomalies.build import conclude, found, guest, job, only, severity, sight
from pve_backup_report.anomalies.guest_excluded import GUEST_EXCLUDED
from pve_backup_report.anomalies.guest_uncovered import GUEST_UNCOVERED
from pve_backup_report.anomalies.template_not_backed_up import TEMPLATE_NOT_BACKED_UP
from pve_backup_report.model.anomaly import Severity

TEMPLATE = guest(9000, "debian", template=True, status="stopped")


def test_loud_when_no_job_selects_the_template() -> None:
    analysis = conclude(guests=(TEMPLATE,), jobs=())
    finding = only(TEMPLATE_NOT_BACKED_UP, analysis)
    assert (finding.subject, finding.details["reason"]) == ("qemu/9000", "no-job")
    assert severity(TEMPLATE_NOT_BACKED_UP, finding) is Severity.NOTICE
    assert found(GUEST_UNCOVERED, analysis) == ()


def test_loud_and_alone_when_a_job_excludes_the_template() -> None:
    analysis = conclude(guests=(TEMPLATE,), jobs=(job("nightly", exclude=(9000,)),))
    assert only(TEMPLATE_NOT_BACKED_UP, analysis).details["reason"] == "excluded"
    assert found(GUEST_EXCLUDED, analysis) == ()


def test_quiet_when_a_job_backs_it_up() -> None:
    assert found(TEMPLATE_NOT_BACKED_UP, conclude(guests=(TEMPLATE,))) == ()


def test_quiet_about_other_guests() -> None:
    assert found(TEMPLATE_NOT_BACKED_UP, conclude(jobs=())) == ()


def test_blind_when_nothing_says_that_it_is_a_template_it_is_a_guest() -> None:
    analysis = conclude(guests=(guest(9000, template=None),), jobs=())
    assert found(TEMPLATE_NOT_BACKED_UP, analysis) == ()
    assert only(GUEST_UNCOVERED, analysis).subject == "qemu/9000"


def test_blind_when_the_jobs_were_not_seen() -> None:
    assert found(TEMPLATE_NOT_BACKED_UP, conclude(guests=(TEMPLATE,), jobs=(), sight=sight(jobs=False))) == ()
