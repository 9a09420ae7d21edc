"""What a vzdump task log tells of the job as a whole (PVE 5 to 9)."""

import pytest

from normalize.vzdump_log import HEADER, JOB_ERRORS, JOB_OK, PATH, archive, bad_end, begin, good, outcomes, read
from pve_backup_report.model.task_log import GuestOutcome, GuestRun, TargetKind


def test_a_job_of_two_good_guests_is_read_whole() -> None:
    log = read(HEADER, "INFO: skip external VMs: 103, 110", good(100), good(101), JOB_OK)
    assert outcomes(log) == [(100, "ok"), (101, "ok")]
    assert log.external == (103, 110)
    assert log.options == (("all", "1"), ("storage", "nas"), ("mode", "snapshot"), ("quiet", "1"))
    assert (log.header, log.finished, log.end, log.job_error, log.gone) == (True, True, "OK", None, False)
    assert log.runs[0] == GuestRun(
        vmid=100,
        type="qemu",
        outcome=GuestOutcome.OK,
        begun=True,
        error=None,
        started="2026-03-04 02:00:01",
        ended="2026-03-04 02:00:41",
        duration_s=40,
        name=None,
        mode="snapshot",
        archive=PATH.format(100),
        target_kind=TargetKind.FILE,
        size=10533407293,
        archive_written=True,
        warnings=(),
        stray_errors=(),
        volumes=(),
    )


def test_ids_and_quoted_options_of_the_command_line_are_read() -> None:
    command = (
        r"vzdump 101 0100 101 --notes-template '{{guestname}} '\''--all'\'' "
        r"x' --exclude-path /srv --exclude-path '/my dir' --script '--mode' --quiet --storage nas"
    )
    log = read(f"INFO: starting new backup job: {command}")
    assert log.asked_vmids == (101, 100, 101)
    assert log.options == (
        ("notes-template", "{{guestname}} '--all' x"),
        ("exclude-path", "/srv"),
        ("exclude-path", "/my dir"),
        ("script", "--mode"),
        ("quiet", ""),
        ("storage", "nas"),
    )


def test_a_command_line_without_options_or_with_an_open_quote_is_read_as_far_as_it_goes() -> None:
    assert read("INFO: starting new backup job: vzdump").options == ()
    assert read("INFO: starting new backup job: vzdump 100 --mailto 'a b").options == (("mailto", "'a"),)
    assert read("INFO: starting new backup job: vzdump 100 --quiet").options == (("quiet", ""),)


def test_a_job_with_nothing_to_do_here_has_no_runs() -> None:
    log = read(HEADER, "INFO: skip external VMs: 100, 101", JOB_OK)
    assert (log.runs, log.external, log.finished, log.end) == ((), (100, 101), True, "OK")


def test_waiting_for_the_lock_comes_before_the_command_line() -> None:
    log = read("INFO: trying to get global lock - waiting...", "INFO: got global lock", HEADER, good(100), JOB_OK)
    assert outcomes(log) == [(100, "ok")]


@pytest.mark.parametrize(
    "error",
    [
        "can't acquire lock '/var/run/vzdump.lock' - got timeout",
        "can't acquire lock '/var/run/vzdump.lock' (wait = 0)",
        "can't open lock on file '/var/run/vzdump.lock' - Permission denied",
    ],
)
def test_a_lock_that_is_not_had_ends_the_log_without_a_task_line(error: str) -> None:
    log = read("INFO: trying to get global lock - waiting...", f"ERROR: {error}", "ERROR: could not notify via target")
    assert (log.job_error, log.finished, log.end, log.header, log.runs) == (error, False, None, False, ())
    assert log.warnings == ("could not notify via target",)


def test_a_set_up_failure_is_a_job_error_and_names_no_guest() -> None:
    message = "could not activate storage 'pbs': pbs: error fetching datastores - 500 Can't connect"
    log = read("INFO: notified via target `mail-to-root`", f"TASK ERROR: {message}")
    assert (log.job_error, log.end, log.header, log.finished, log.runs) == (message, message, False, True, ())


def test_failed_guests_alone_are_no_job_error() -> None:
    log = read(HEADER, good(100), begin(101), bad_end(101, "boom"), JOB_ERRORS)
    assert outcomes(log) == [(100, "ok"), (101, "failed")]
    assert (log.job_error, log.end) == (None, "job errors")


def test_a_job_end_hook_that_fails_leaves_good_guests_good() -> None:
    message = "command '/srv/hook job-end' failed: exit code 1"
    log = read(HEADER, good(100), f"ERROR: Backup job failed - {message}", f"TASK ERROR: {message}")
    assert outcomes(log) == [(100, "ok")]
    assert (log.job_error, log.end) == (message, message)


def test_a_mail_that_fails_is_no_part_of_the_job_error() -> None:
    log = read(
        HEADER,
        "ERROR: Backup job failed - hook said",
        "ERROR: no",
        "ERROR: could not notify via target `mail`: refused",
        "TASK ERROR: hook said no",
    )
    assert log.job_error == "hook said\nno"
    assert log.warnings == ("could not notify via target `mail`: refused",)


def test_a_job_error_keeps_all_its_lines_when_no_task_line_tells_where_it_ends() -> None:
    assert read(HEADER, "ERROR: Backup job failed - one", "ERROR: two").job_error == "one\ntwo"


@pytest.mark.parametrize("tail", [["TASK WARNINGS: 12"], ["", "TASK WARNINGS: 12", ""]])
def test_the_task_line_is_the_last_one_that_tells_something(tail: list[str]) -> None:
    log = read(HEADER, good(100), "INFO: Backup job finished successfully", "INFO: notified via target `x`", tail)
    assert (log.end, log.finished, log.job_error) == ("WARNINGS: 12", True, None)


def test_a_task_line_within_the_log_is_some_other_program_s_output() -> None:
    log = read(HEADER, "TASK OK", begin(100), archive(100))
    assert (log.end, log.finished) == (None, False)


def test_a_task_line_cut_short_is_none() -> None:
    log = read(HEADER, begin(100), bad_end(100, "x"), "INFO: Backup job finished with errors", "TASK E")
    assert (log.end, log.finished, outcomes(log)) == (None, True, [(100, "failed")])


@pytest.mark.parametrize(
    "line", ["unable to open file - No such file or directory", "no content", "unable to open file - x\r\n"]
)
def test_a_log_that_is_no_more_is_gone(line: str) -> None:
    log = read(line)
    assert (log.gone, log.finished, log.runs) == (True, False, ())


def test_an_empty_text_is_a_log_that_tells_nothing() -> None:
    log = read([])
    assert (log.gone, log.header, log.finished, log.runs) == (False, False, False, ())


# Not reached


def test_an_aborted_job_did_not_reach_the_guests_it_names_further_on() -> None:
    log = read(
        "INFO: starting new backup job: vzdump 100 101 102 103 --storage nas",
        "INFO: skip external VMs: 103",
        good(100),
        begin(101),
        "ERROR: interrupted by signal",
        "INFO: aborting backup job",
        bad_end(101, "interrupted by signal"),
        "ERROR: Backup job failed - interrupted by signal",
        "TASK ERROR: interrupted by signal",
    )
    assert outcomes(log) == [(100, "ok"), (101, "aborted")]
    assert log.runs[1].error == "interrupted by signal"
    assert log.runs[1].stray_errors == ("interrupted by signal",)
    assert log.job_error == "interrupted by signal"
    assert log.not_reached == log.without_run == (102,)


def test_while_the_job_is_not_over_no_guest_is_called_not_reached() -> None:
    log = read("INFO: starting new backup job: vzdump 100 101 --storage nas", begin(100))
    assert (log.not_reached, log.without_run) == ((), (101,))


def test_a_job_bound_to_a_node_drops_guests_elsewhere_without_a_word() -> None:
    head = "INFO: starting new backup job: vzdump {} --node pve1"
    assert read(head.format("100 101"), good(100), JOB_OK).not_reached == ()
    assert read(head.format("100"), "ERROR: Backup job failed - x", "TASK ERROR: x").not_reached == (100,)
