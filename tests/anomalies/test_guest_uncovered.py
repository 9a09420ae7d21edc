"""A guest that no effective job selects is told once, with the reason."""

from anomalies.build import conclude, facts, found, guest, job, named, only, severity, sight, storage
from pve_backup_report.anomalies.guest_uncovered import GUEST_UNCOVERED
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection


def test_loud_when_no_job_selects_the_guest() -> None:
    finding = only(GUEST_UNCOVERED, conclude(jobs=(named("nightly", 100),)))
    assert finding.subject == "qemu/101"
    assert severity(GUEST_UNCOVERED, finding) is Severity.WARNING
    assert facts(finding, "vmid", "name", "node", "reason") == {
        "vmid": 101,
        "name": "db",
        "node": "pve2",
        "reason": "no-job",
    }


def test_loud_with_the_job_that_does_not_count() -> None:
    findings = found(GUEST_UNCOVERED, conclude(jobs=(job("nightly", storage="nas-old"),), storages=(
        storage("nas-old", enabled=False),
    )))  # fmt: skip
    assert [finding.subject for finding in findings] == ["qemu/100", "qemu/101"]
    assert facts(findings[0], "reason", "jobs") == {"reason": "storage-disabled", "jobs": ("nightly",)}


def test_loud_when_only_a_disabled_job_excludes_the_guest() -> None:
    finding = only(GUEST_UNCOVERED, conclude(jobs=(job("nightly", enabled=False, exclude=(101,)), named("web", 100))))
    assert facts(finding, "vmid", "reason") == {"vmid": 101, "reason": "excluded"}


def test_quiet_when_every_guest_is_covered() -> None:
    assert found(GUEST_UNCOVERED, conclude()) == ()


def test_quiet_about_templates_and_about_guests_excluded_on_purpose() -> None:
    excluded = conclude(jobs=(job("nightly", exclude=(101,)),))
    assert found(GUEST_UNCOVERED, excluded) == ()
    template = conclude(guests=(guest(100, template=True),), jobs=())
    assert found(GUEST_UNCOVERED, template) == ()


def test_blind_when_the_jobs_were_not_seen() -> None:
    assert found(GUEST_UNCOVERED, conclude(jobs=(), sight=sight(jobs=False))) == ()


def test_blind_when_the_pool_of_a_job_was_not_seen() -> None:
    pool_job = job("nightly", selection=Selection.POOL, pool="prod")
    assert found(GUEST_UNCOVERED, conclude(jobs=(pool_job,), sight=sight(pools=False))) == ()
