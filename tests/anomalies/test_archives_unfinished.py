"""A snapshot that was begun and never finished is told once no task can still be writing it."""

from dataclasses import replace

from anomalies.build import DAY, NOW, conclude, found, night, node, offline, only, severity, snapshot, task
from pve_backup_report.anomalies.archives_unfinished import ARCHIVES_UNFINISHED
from pve_backup_report.model.anomaly import Severity

TODAY = snapshot(100, finished=False, size=1, verified=None)
OLD = snapshot(101, 5, finished=False, size=1, verified=None)


def test_loud_per_storage_when_nothing_runs() -> None:
    finding = only(ARCHIVES_UNFINISHED, conclude(backups=(TODAY, OLD, snapshot(100, 1))))
    assert finding.subject == "storage/pbs"
    assert severity(ARCHIVES_UNFINISHED, finding) is Severity.NOTICE
    assert finding.details == {"storage": "pbs", "count": 2, "vmids": (100, 101), "newest_at": night() + 60}


def test_loud_about_an_old_one_while_another_is_being_written() -> None:
    running = task(start=night() + 2, end=None, status=None)
    assert only(ARCHIVES_UNFINISHED, conclude(backups=(TODAY, OLD), tasks=(running,))).details["vmids"] == (101,)


def test_quiet_when_every_snapshot_is_finished() -> None:
    assert found(ARCHIVES_UNFINISHED, conclude()) == ()


def test_quiet_about_the_one_that_is_being_written() -> None:
    running = task(start=night() + 2, end=None, status=None)
    assert found(ARCHIVES_UNFINISHED, conclude(backups=(TODAY,), tasks=(running,))) == ()


def test_blind_when_a_task_that_was_not_seen_may_be_writing_it() -> None:
    for hidden in (node("pve2", tasks_seen=False), offline("pve2")):
        nodes = (node("pve1"), hidden)
        assert found(ARCHIVES_UNFINISHED, conclude(backups=(TODAY,), nodes=nodes)) == ()
        assert only(ARCHIVES_UNFINISHED, conclude(backups=(OLD,), nodes=nodes)).details["vmids"] == (101,)


def test_blind_for_two_days_and_no_longer() -> None:
    nodes = (node("pve1", tasks_seen=False),)
    ages = {100: NOW - 2 * DAY + 1, 101: NOW - 2 * DAY - 1}
    backups = tuple(snapshot(vmid, at=at, finished=False, size=1) for vmid, at in ages.items())
    assert only(ARCHIVES_UNFINISHED, conclude(backups=backups, nodes=nodes)).details["vmids"] == (101,)
    assert found(ARCHIVES_UNFINISHED, conclude(backups=(TODAY,), nodes=())) == ()


def test_loud_about_a_snapshot_whose_name_tells_no_guest() -> None:
    nameless = replace(OLD, vmid=None)
    assert only(ARCHIVES_UNFINISHED, conclude(backups=(nameless, OLD))).details["vmids"] == (101,)
