"""A task that died in its set-up is told once, with the guests that wait for it."""

import pytest

from anomalies.build import (
    NIGHTS,
    archive,
    conclude,
    facts,
    found,
    guest,
    job,
    night,
    node,
    only,
    run,
    severity,
    task,
)
from pve_backup_report.anomalies.run_failed_before_guests import RUN_FAILED_BEFORE_GUESTS
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.task import LogState, RunResult

OFFLINE = "could not activate storage 'nas': storage 'nas' is not online"
DIED = task(status=OFFLINE)


def after(*tasks: object, **changes: object) -> Analysis:
    """The guests of pve1 were last backed up the night before."""
    vmids = (100, 102)
    parts: dict[str, object] = {
        "guests": tuple(guest(vmid) for vmid in vmids),
        "runs": tuple(run(vmid, n, "pve1") for vmid in vmids for n in NIGHTS if n),
        "backups": tuple(archive(vmid, n) for vmid in vmids for n in NIGHTS if n),
        "tasks": (*tasks, *(task(n) for n in NIGHTS if n)),
    }
    return conclude(**{**parts, **changes})


@pytest.mark.parametrize(
    "died",
    [
        DIED,
        task(status="unexpected status", job_error="can't acquire lock '/var/run/vzdump.lock' - got timeout"),
        task(status="interrupted by signal", job_error="interrupted by signal"),
    ],
)
def test_loud_once_for_all_the_guests_of_the_node(died: object) -> None:
    finding = only(RUN_FAILED_BEFORE_GUESTS, after(died))
    assert finding.subject == "node/pve1"
    assert severity(RUN_FAILED_BEFORE_GUESTS, finding) is Severity.ERROR
    assert facts(finding, "late", "started_at") == {"late": (100, 102), "started_at": night() + 2}


def test_loud_as_a_warning_while_nobody_is_late() -> None:
    analysis = after(task(status=OFFLINE, start=night() + 36000, upid="early"), jobs=(job("n", schedule="wed 10:00"),))
    finding = only(RUN_FAILED_BEFORE_GUESTS, analysis)
    assert severity(RUN_FAILED_BEFORE_GUESTS, finding) is Severity.WARNING
    assert facts(finding, "late", "waiting") == {"late": (), "waiting": (100, 102)}


def test_loud_when_another_job_ran_well_on_the_node_since() -> None:
    other = task(start=night() + 9000, upid="other")
    served = run(103, at=night() + 9010, node="pve1", upid="other")
    analysis = after(DIED, other)
    everybody = conclude(
        guests=(*analysis.cluster.guests, guest(103)),
        runs=(*analysis.cluster.runs, served),
        backups=(*analysis.cluster.backups, archive(103, at=night() + 9010)),
        tasks=analysis.cluster.tasks,
    )
    assert only(RUN_FAILED_BEFORE_GUESTS, everybody).details["late"] == (100, 102)


def test_quiet_when_the_run_tried_its_guests() -> None:
    assert found(RUN_FAILED_BEFORE_GUESTS, conclude()) == ()


def test_quiet_once_the_guests_were_backed_up_by_hand() -> None:
    by_hand = tuple(archive(vmid, at=night() + 30000) for vmid in (100, 102))
    assert found(RUN_FAILED_BEFORE_GUESTS, after(DIED, backups=by_hand)) == ()


def test_quiet_about_the_only_guest_of_a_task_it_has_its_own_alarm() -> None:
    assert found(RUN_FAILED_BEFORE_GUESTS, after(task(status=OFFLINE, vmid=100))) == ()


def test_quiet_about_an_old_failure_that_explains_nobody_s_lateness() -> None:
    tasks = (task(), task(3, status=OFFLINE))
    assert found(RUN_FAILED_BEFORE_GUESTS, after(*tasks)) == ()


def test_blind_when_newer_tasks_of_the_node_may_be_hidden() -> None:
    assert found(RUN_FAILED_BEFORE_GUESTS, after(DIED, nodes=(node("pve1", tasks_seen=False),))) == ()


def test_blind_when_the_log_that_tells_of_the_guests_is_gone() -> None:
    unread = task(status="job errors", log=LogState.GONE)
    assert found(RUN_FAILED_BEFORE_GUESTS, after(unread)) == ()


def test_loud_with_the_guests_of_that_node_and_of_working_jobs_alone() -> None:
    guests = (guest(100), guest(102), guest(105, node="pve2"), guest(106))
    jobs = (job("nightly", exclude=(106,)),)
    old = tuple(archive(vmid, 2) for vmid in (100, 102, 105, 106))
    finding = only(RUN_FAILED_BEFORE_GUESTS, after(DIED, guests=guests, jobs=jobs, runs=(), backups=old))
    assert facts(finding, "late", "waiting") == {"late": (100, 102), "waiting": (100, 102)}


def test_loud_about_a_guest_without_any_backup() -> None:
    finding = only(RUN_FAILED_BEFORE_GUESTS, after(DIED, runs=(), backups=()))
    assert finding.details["late"] == (100, 102)


def test_loud_while_the_next_task_is_already_running() -> None:
    running = task(start=night() + 30000, end=None, status=None, upid="running")
    assert only(RUN_FAILED_BEFORE_GUESTS, after(running, DIED)).details["waiting"] == (100, 102)


def test_loud_with_the_task_s_own_error_before_its_status() -> None:
    error = "can't acquire lock '/var/run/vzdump.lock' - got timeout"
    told = only(RUN_FAILED_BEFORE_GUESTS, after(task(status="unexpected status", job_error=error)))
    assert told.details["error"] == error
    assert only(RUN_FAILED_BEFORE_GUESTS, after(DIED)).details["error"] == OFFLINE


def test_quiet_about_guests_that_were_tried_since() -> None:
    tried = tuple(run(vmid, at=night() + 9000, node="pve1", result=RunResult.FAILED, upid="x") for vmid in (100, 102))
    analysis = after(DIED)
    assert found(RUN_FAILED_BEFORE_GUESTS, after(DIED, runs=(*analysis.cluster.runs, *tried))) == ()


def test_quiet_when_the_task_that_was_interrupted_had_tried_guests() -> None:
    interrupted = task(status="interrupted by signal", job_error="interrupted by signal")
    first = run(103, node="pve1", upid=interrupted.upid)
    analysis = after(interrupted)
    assert found(RUN_FAILED_BEFORE_GUESTS, after(interrupted, runs=(*analysis.cluster.runs, first))) == ()


def test_quiet_when_another_task_ran_and_the_failed_one_began_at_no_due_time() -> None:
    other = task(start=night() + 20000, upid="other")
    by_hand = task(start=night() + 700, upid="by-hand", status=OFFLINE)
    assert found(RUN_FAILED_BEFORE_GUESTS, after(other, by_hand)) == ()


def test_quiet_when_another_task_ran_and_nobody_is_overdue_yet() -> None:
    weekly = job("weekly", schedule="wed 10:00")
    died = task(start=night() + 32402, upid="died", status=OFFLINE)
    other = task(start=night() + 33000, upid="other")
    assert found(RUN_FAILED_BEFORE_GUESTS, after(other, died, jobs=(weekly,))) == ()


def test_quiet_about_guests_that_were_never_due() -> None:
    never = job("once", schedule="2099-01-01")
    assert found(RUN_FAILED_BEFORE_GUESTS, after(task(start=night() + 20000, upid="other"), DIED, jobs=(never,))) == ()


def test_blind_when_a_task_without_a_status_has_no_log() -> None:
    unread = task(status=None, end=night() + 100, log=LogState.NOT_SEEN, job_error="cut")
    assert found(RUN_FAILED_BEFORE_GUESTS, after(unread)) == ()
