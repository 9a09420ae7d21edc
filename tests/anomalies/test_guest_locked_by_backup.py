"""A backup lock without a backup is told."""

from anomalies.build import NOW, conclude, found, guest, node, offline, only, severity, task
from pve_backup_report.anomalies.guest_locked_by_backup import GUEST_LOCKED_BY_BACKUP
from pve_backup_report.model.anomaly import Severity

LOCKED = guest(100, lock="backup")


def test_loud_when_no_task_runs_on_its_node() -> None:
    elsewhere = task(node="pve2", start=NOW - 60, end=None, status=None)
    finding = only(GUEST_LOCKED_BY_BACKUP, conclude(guests=(LOCKED,), tasks=(elsewhere, task())))
    assert finding.subject == "qemu/100"
    assert severity(GUEST_LOCKED_BY_BACKUP, finding) is Severity.WARNING
    assert finding.details == {"vmid": 100, "name": "web", "node": "pve1"}


def test_quiet_while_a_backup_runs_there() -> None:
    running = task(start=NOW - 60, end=None, status="RUNNING")
    assert found(GUEST_LOCKED_BY_BACKUP, conclude(guests=(LOCKED,), tasks=(running,))) == ()


def test_quiet_when_a_task_ended_just_now() -> None:
    ended = task(start=NOW - 600, end=NOW + 2)
    assert found(GUEST_LOCKED_BY_BACKUP, conclude(guests=(LOCKED,), tasks=(ended,))) == ()


def test_quiet_about_other_locks_and_none() -> None:
    assert found(GUEST_LOCKED_BY_BACKUP, conclude(guests=(guest(100), guest(101, lock="snapshot")))) == ()


def test_blind_when_the_tasks_of_its_node_were_not_seen() -> None:
    hidden = conclude(guests=(LOCKED,), tasks=(), nodes=(node("pve1", tasks_seen=False),))
    assert found(GUEST_LOCKED_BY_BACKUP, hidden) == ()
    assert found(GUEST_LOCKED_BY_BACKUP, conclude(guests=(LOCKED,), tasks=(), nodes=(offline("pve1"),))) == ()


def test_loud_although_an_old_task_does_not_say_when_it_ended() -> None:
    ended = task(start=NOW - 86400, end=None, status="unexpected status")
    assert only(GUEST_LOCKED_BY_BACKUP, conclude(guests=(LOCKED,), tasks=(ended,))).subject == "qemu/100"
