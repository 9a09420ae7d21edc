"""A task that failed although its guests are fine is told, for there is something it did not do."""

from dataclasses import replace

from anomalies.build import NIGHTS, conclude, facts, failed, found, night, only, run, severity, task
from pve_backup_report.anomalies.run_failed_after_guests import RUN_FAILED_AFTER_GUESTS
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.task import LogState, Task

HOOK = "command '/root/hook.sh job-end' failed: exit code 1"
DIED = task(status=HOOK, job_error=HOOK)
OTHER_NODE = tuple(task(n, "pve2") for n in NIGHTS)


def after(newest: Task, **changes: object) -> Analysis:
    tasks = (newest, *(task(n) for n in NIGHTS if n), *OTHER_NODE)
    return conclude(**{"tasks": tasks, **changes})


def test_loud_when_the_hook_at_the_end_of_the_job_failed() -> None:
    finding = only(RUN_FAILED_AFTER_GUESTS, after(DIED))
    assert finding.subject == "node/pve1"
    assert severity(RUN_FAILED_AFTER_GUESTS, finding) is Severity.WARNING
    assert facts(finding, "started_at", "error", "vmids") == {
        "started_at": night() + 2,
        "error": HOOK,
        "vmids": (100,),
    }


def test_quiet_when_a_newer_task_of_the_node_went_well() -> None:
    assert found(RUN_FAILED_AFTER_GUESTS, conclude(tasks=(task(), replace(task(1), job_error=HOOK), *OTHER_NODE))) == ()


def test_quiet_when_a_guest_failed_of_which_another_rule_tells() -> None:
    runs = (failed(100), run(101))
    assert found(RUN_FAILED_AFTER_GUESTS, after(DIED, runs=runs)) == ()


def test_quiet_about_a_task_without_guests_of_which_another_rule_tells() -> None:
    assert found(RUN_FAILED_AFTER_GUESTS, after(DIED, runs=(run(101),))) == ()


def test_blind_when_the_log_was_not_read() -> None:
    assert found(RUN_FAILED_AFTER_GUESTS, after(replace(DIED, log=LogState.NOT_SEEN))) == ()
