"""A guest whose disks are replicated is told when that is all it has."""

from dataclasses import replace

from anomalies.build import conclude, facts, found, named, only, severity
from pve_backup_report.anomalies.replication_is_no_backup import REPLICATION_IS_NO_BACKUP
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.replication import Replication

COPY = Replication(101, "pve1", enabled=True)
WITHOUT_101 = named("web-only", 100)


def test_loud_when_no_job_covers_a_replicated_guest() -> None:
    second = replace(COPY, target="pve3")
    finding = only(REPLICATION_IS_NO_BACKUP, conclude(jobs=(WITHOUT_101,), replications=(COPY, second)))
    assert finding.subject == "qemu/101"
    assert severity(REPLICATION_IS_NO_BACKUP, finding) is Severity.INFO
    assert facts(finding, "vmid", "name", "node", "targets") == {
        "vmid": 101,
        "name": "db",
        "node": "pve2",
        "targets": ("pve1", "pve3"),
    }


def test_loud_when_a_covered_guest_was_never_backed_up() -> None:
    never = conclude(runs=(), backups=(), replications=(COPY,))
    assert only(REPLICATION_IS_NO_BACKUP, never).subject == "qemu/101"


def test_quiet_about_a_guest_with_backups() -> None:
    assert found(REPLICATION_IS_NO_BACKUP, conclude(replications=(COPY,))) == ()


def test_quiet_about_replication_that_is_switched_off_and_about_other_guests() -> None:
    off = conclude(jobs=(WITHOUT_101,), replications=(replace(COPY, enabled=False),))
    assert found(REPLICATION_IS_NO_BACKUP, off) == ()
    other = conclude(jobs=(WITHOUT_101,), replications=(replace(COPY, vmid=100),))
    assert found(REPLICATION_IS_NO_BACKUP, other) == ()


def test_blind_when_the_replication_jobs_were_not_seen() -> None:
    assert found(REPLICATION_IS_NO_BACKUP, conclude(jobs=(WITHOUT_101,), replications=())) == ()
