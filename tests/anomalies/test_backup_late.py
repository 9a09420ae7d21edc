"""A backup that is older than its schedule allows is told, unless another rule tells why."""

from dataclasses import replace

from anomalies.build import (
    DUE,
    NIGHTS,
    archive,
    conclude,
    facts,
    failed,
    found,
    guest,
    job,
    night,
    node,
    offline,
    only,
    run,
    severity,
    task,
)
from pve_backup_report.anomalies.backup_late import BACKUP_LATE
from pve_backup_report.anomalies.last_backup_failed import LAST_BACKUP_FAILED
from pve_backup_report.anomalies.node_offline import NODE_OFFLINE
from pve_backup_report.anomalies.node_runs_no_backups import NODE_RUNS_NO_BACKUPS
from pve_backup_report.anomalies.run_failed_before_guests import RUN_FAILED_BEFORE_GUESTS
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.task import RunResult

SINCE_TWO_NIGHTS = tuple(n for n in NIGHTS if n >= 2)


def late(**changes: object) -> Analysis:
    """Guest 100 was left out of the last two runs."""
    parts: dict[str, object] = {
        "guests": (guest(100),),
        "runs": tuple(run(100, n) for n in SINCE_TWO_NIGHTS),
        "backups": tuple(archive(100, n) for n in SINCE_TWO_NIGHTS),
    }
    return conclude(**{**parts, **changes})


def test_loud_when_the_job_ran_without_the_guest() -> None:
    finding = only(BACKUP_LATE, late())
    assert finding.subject == "qemu/100"
    assert severity(BACKUP_LATE, finding) is Severity.WARNING
    assert facts(finding, "last_good_at", "last_due", "jobs") == {
        "last_good_at": night(2) + 60,
        "last_due": DUE,
        "jobs": ("nightly",),
    }


def test_loud_beside_a_failure_that_is_too_old_to_be_the_reason() -> None:
    analysis = late(runs=(failed(100, 4),), backups=(archive(100, 5),))
    assert only(BACKUP_LATE, analysis).details["last_good_at"] == night(5) + 60
    assert only(LAST_BACKUP_FAILED, analysis).details["attempt_at"] == night(4) + 60


def test_quiet_when_the_backup_is_on_time() -> None:
    assert found(BACKUP_LATE, conclude()) == ()


def test_quiet_between_two_events_of_a_weekly_job() -> None:
    weekly = job("weekly", schedule="sun 01:00")
    assert found(BACKUP_LATE, late(jobs=(weekly,), runs=(run(100, 3),), backups=(archive(100, 3),))) == ()


def test_quiet_when_the_last_attempt_failed_and_is_told() -> None:
    analysis = late(runs=(failed(100), failed(100, 1)))
    assert found(BACKUP_LATE, analysis) == ()
    assert only(LAST_BACKUP_FAILED, analysis).details["failures"] == 2


def test_quiet_when_the_run_that_failed_before_any_guest_is_told() -> None:
    died = task(status="could not activate storage 'nas': storage 'nas' is not online")
    analysis = late(tasks=(died, *(task(n) for n in SINCE_TWO_NIGHTS)))
    assert found(BACKUP_LATE, analysis) == ()
    assert only(RUN_FAILED_BEFORE_GUESTS, analysis).details["late"] == (100,)


def test_quiet_when_the_node_that_ran_nothing_is_told() -> None:
    analysis = late(tasks=tuple(task(n) for n in SINCE_TWO_NIGHTS))
    assert found(BACKUP_LATE, analysis) == ()
    assert only(NODE_RUNS_NO_BACKUPS, analysis).details["vmids"] == (100,)


def test_quiet_when_the_node_that_is_offline_is_told() -> None:
    analysis = late(nodes=(offline("pve1"), node("pve2")))
    assert found(BACKUP_LATE, analysis) == ()
    assert only(NODE_OFFLINE, analysis).details["late"] == (100,)


def test_blind_when_neither_all_storages_nor_all_tasks_were_seen() -> None:
    assert found(BACKUP_LATE, late(nodes=(node("pve1", tasks_seen=False), node("pve2")), listings=())) == ()


def test_loud_although_an_older_run_failed_after_its_archive_was_written() -> None:
    pruned = replace(run(100, 1), result=RunResult.FAILED, error="error pruning backups - check log")
    analysis = late(runs=(pruned,), backups=(archive(100, 1),))
    assert only(BACKUP_LATE, analysis).details["last_good_at"] == night(1) + 60


def test_quiet_about_the_failed_night_before_while_tonight_s_grace_runs() -> None:
    analysis = late(runs=(failed(100, 1), run(100, 2)), asked_at=DUE + 3600, tasks=(task(1), task(2)))
    assert found(BACKUP_LATE, analysis) == ()
    assert only(LAST_BACKUP_FAILED, analysis).details["attempt_at"] == night(1) + 60


def test_loud_with_the_jobs_that_were_due_alone() -> None:
    jobs = (job("off", enabled=False), job("nightly"))
    assert only(BACKUP_LATE, late(jobs=jobs)).details["jobs"] == ("nightly",)
