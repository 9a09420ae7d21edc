"""A guest on the exclude list of a job that works is told as a choice, not as an oversight."""

from anomalies.build import conclude, facts, found, guest, job, named, only, severity, sight
from pve_backup_report.anomalies.guest_excluded import GUEST_EXCLUDED
from pve_backup_report.anomalies.guest_uncovered import GUEST_UNCOVERED
from pve_backup_report.model.anomaly import Severity


def test_loud_when_nothing_else_covers_it() -> None:
    analysis = conclude(jobs=(job("nightly", exclude=(101,)),))
    finding = only(GUEST_EXCLUDED, analysis)
    assert finding.subject == "qemu/101"
    assert severity(GUEST_EXCLUDED, finding) is Severity.NOTICE
    assert facts(finding, "vmid", "jobs") == {"vmid": 101, "jobs": ("nightly",)}
    assert found(GUEST_UNCOVERED, analysis) == ()


def test_quiet_when_another_job_covers_it() -> None:
    assert found(GUEST_EXCLUDED, conclude(jobs=(job("nightly", exclude=(101,)), named("db", 101)))) == ()


def test_quiet_when_the_excluding_job_does_not_work_either() -> None:
    for broken in (
        job("nightly", exclude=(101,), enabled=False),
        job("nightly", exclude=(101,), schedule="2015-10-21"),
        job("nightly", exclude=(101,), conflict="all, vmid"),
    ):
        analysis = conclude(jobs=(broken, named("web", 100)))
        assert found(GUEST_EXCLUDED, analysis) == ()
        assert only(GUEST_UNCOVERED, analysis).subject == "qemu/101"


def test_quiet_about_a_template() -> None:
    assert found(GUEST_EXCLUDED, conclude(guests=(guest(101, template=True),), jobs=(job("n", exclude=(101,)),))) == ()


def test_blind_when_the_jobs_were_not_seen() -> None:
    assert found(GUEST_EXCLUDED, conclude(jobs=(), sight=sight(jobs=False))) == ()


def test_quiet_when_the_excluding_job_could_not_write_anyway() -> None:
    jobs = (job("nightly", exclude=(101,), storage="old"), named("web", 100))
    analysis = conclude(jobs=jobs, sight=sight(storages_absent=frozenset({"old"})))
    assert found(GUEST_EXCLUDED, analysis) == ()
    assert only(GUEST_UNCOVERED, analysis).subject == "qemu/101"


def test_quiet_when_a_job_that_does_not_count_was_meant_for_the_guest() -> None:
    analysis = conclude(jobs=(job("nightly", exclude=(101,)), named("db", 101, enabled=False)))
    assert found(GUEST_EXCLUDED, analysis) == ()
    assert only(GUEST_UNCOVERED, analysis).details["reason"] == "job-disabled"


def test_loud_with_the_excluding_jobs_alone() -> None:
    jobs = (job("nightly", exclude=(101,)), job("elsewhere", node="pve1"), job("weekly", exclude=(100, 101)))
    finding = only(GUEST_EXCLUDED, conclude(jobs=(jobs[0], jobs[2], named("web", 100))))
    assert finding.details["jobs"] == ("nightly", "weekly")
    assert found(GUEST_EXCLUDED, conclude(jobs=jobs)) == ()
