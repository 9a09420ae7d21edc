"""A node on which the scheduler starts nothing is told once for all of its guests."""

from anomalies.build import (
    NIGHTS,
    NOW,
    archive,
    conclude,
    facts,
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
from pve_backup_report.anomalies.node_runs_no_backups import NODE_RUNS_NO_BACKUPS
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity

BEFORE = tuple(n for n in NIGHTS if n >= 2)
VMIDS = (100, 102, 103)


def asleep(**changes: object) -> Analysis:
    """Since two nights nothing has started on pve1."""
    parts: dict[str, object] = {
        "nodes": (node("pve1"),),
        "guests": tuple(guest(vmid) for vmid in VMIDS),
        "tasks": tuple(task(n) for n in BEFORE),
        "runs": tuple(run(vmid, n, "pve1") for vmid in VMIDS for n in BEFORE),
        "backups": tuple(archive(vmid, n) for vmid in VMIDS for n in BEFORE),
    }
    return conclude(**{**parts, **changes})


def test_loud_once_for_all_the_guests_of_the_node() -> None:
    finding = only(NODE_RUNS_NO_BACKUPS, asleep())
    assert finding.subject == "node/pve1"
    assert severity(NODE_RUNS_NO_BACKUPS, finding) is Severity.WARNING
    assert facts(finding, "newest_task_at", "jobs", "vmids") == {
        "newest_task_at": night(2) + 2,
        "jobs": ("nightly",),
        "vmids": VMIDS,
    }


def test_loud_when_the_node_has_never_run_a_backup_task() -> None:
    finding = only(NODE_RUNS_NO_BACKUPS, asleep(tasks=(), runs=(), nodes=(node("pve1", history_since=0),)))
    assert finding.details["newest_task_at"] is None


def test_quiet_when_the_job_ran_last_night() -> None:
    assert found(NODE_RUNS_NO_BACKUPS, conclude()) == ()


def test_quiet_when_a_task_ran_and_left_the_guests_out() -> None:
    assert found(NODE_RUNS_NO_BACKUPS, asleep(tasks=tuple(task(n) for n in NIGHTS))) == ()


def test_quiet_until_the_next_event_of_a_weekly_job() -> None:
    assert found(NODE_RUNS_NO_BACKUPS, asleep(jobs=(job("weekly", schedule="mon 01:00"),))) == ()


def test_blind_when_the_tasks_of_the_node_were_not_seen() -> None:
    assert found(NODE_RUNS_NO_BACKUPS, asleep(nodes=(node("pve1", tasks_seen=False),))) == ()
    assert found(NODE_RUNS_NO_BACKUPS, asleep(nodes=(offline("pve1"),))) == ()


def test_blind_when_the_task_history_does_not_reach_back_to_the_last_backup() -> None:
    assert found(NODE_RUNS_NO_BACKUPS, asleep(tasks=(), nodes=(node("pve1", history_since=NOW - 3600),))) == ()


def test_loud_only_about_the_guests_of_the_node_and_the_jobs_that_count() -> None:
    guests = (guest(100), guest(105, node="pve2"))
    analysis = asleep(
        nodes=(node("pve1"), node("pve2", history_since=None)),
        guests=guests,
        jobs=(job("off", enabled=False), job("nightly")),
        backups=tuple(archive(vmid, n) for vmid in (100, 105) for n in BEFORE),
    )
    assert facts(only(NODE_RUNS_NO_BACKUPS, analysis), "vmids", "jobs") == {"vmids": (100,), "jobs": ("nightly",)}


def test_loud_when_the_good_backup_began_together_with_the_newest_task() -> None:
    at_once = tuple(archive(100, n, at=night(n) + 2) for n in BEFORE)
    assert only(NODE_RUNS_NO_BACKUPS, asleep(guests=(guest(100),), runs=(), backups=at_once)).subject == "node/pve1"
