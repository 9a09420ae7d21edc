"""How a guest's backup ends in a vzdump task log."""

import pytest

from normalize.vzdump_log import (
    HEADER,
    JOB_ERRORS,
    JOB_OK,
    archive,
    bad_end,
    begin,
    good,
    good_end,
    only,
    outcomes,
    read,
    within,
)
from pve_backup_report.model.task_log import GuestOutcome, TargetKind


def test_a_failure_before_the_set_up_has_no_starting_line() -> None:
    message = "There is a max backup limit of 3 enforced by the target storage or the vzdump parameters."
    log = read(HEADER, bad_end(100, message), good(101), bad_end(999, "unable to find VM '999'"), JOB_ERRORS)
    assert outcomes(log) == [(100, "failed"), (101, "ok"), (999, "failed")]
    first = log.runs[0]
    assert (first.begun, first.type, first.started, first.duration_s) == (False, None, None, None)
    assert (first.error, first.ended) == (message, "2026-03-04 02:00:31")


def test_a_failure_tells_its_message_and_lasts_from_start_to_failure() -> None:
    run = only(read(HEADER, begin(100), bad_end(100, "VM is locked (snapshot)"), JOB_ERRORS))
    assert (run.outcome, run.error, run.duration_s) == (GuestOutcome.FAILED, "VM is locked (snapshot)", 30)
    assert (run.archive, run.target_kind, run.archive_written) == (None, None, False)


def test_a_message_of_several_lines_is_whole() -> None:
    lines = ("because:", "", " at Plugin.pm line 550.", "Backup of VM 101 failed - no", "Backup job failed - no")
    log = read(HEADER, begin(100), bad_end(100, *lines), JOB_ERRORS)
    assert outcomes(log) == [(100, "failed")]
    assert only(log).error == "\n".join(lines)


def test_without_failed_at_each_failure_line_is_its_own() -> None:
    log = read(
        HEADER,
        "ERROR: Backup of VM 100 failed - one",
        "ERROR: more",
        "ERROR: Backup of VM 101 failed - two",
        "ERROR: Backup job failed - three",
        "TASK ERROR: three",
    )
    assert [(run.vmid, run.error) for run in log.runs] == [(100, "one\nmore"), (101, "two")]
    assert log.job_error == "three"


@pytest.mark.parametrize(
    "message",
    [
        "interrupted by signal",
        "received interrupt",
        "command 'set -o pipefail && tar cpf -' failed: interrupted by signal",
    ],
)
def test_a_guest_that_a_signal_stopped_is_aborted(message: str) -> None:
    assert only(read(HEADER, begin(100), bad_end(100, message))).outcome is GuestOutcome.ABORTED


def test_a_guest_whose_log_just_ends_is_unfinished() -> None:
    log = read(HEADER, good(100), begin(101), archive(101))
    assert outcomes(log) == [(100, "ok"), (101, "unfinished")]
    assert (log.finished, log.end, log.runs[1].archive_written) == (False, None, False)


def test_a_job_that_dies_during_a_guest_cuts_it_off() -> None:
    for end in (["ERROR: Backup job failed - interrupted by signal"], ["TASK ERROR: interrupted by signal"]):
        log = read(HEADER, begin(100), end)
        assert (only(log).outcome, only(log).error) == (GuestOutcome.ABORTED, "interrupted by signal")
        assert log.job_error == "interrupted by signal"


def test_a_job_that_ends_well_without_the_guest_s_end_leaves_it_unfinished() -> None:
    assert outcomes(read(HEADER, begin(100), JOB_OK)) == [(100, "unfinished")]


def test_a_guest_asked_for_twice_runs_twice() -> None:
    head = "INFO: starting new backup job: vzdump 100 100"
    assert outcomes(read(head, good(100), good(100), JOB_OK)) == [(100, "ok"), (100, "ok")]
    log = read(head, good(100), bad_end(100, "There is a max backup limit of 1"), JOB_ERRORS)
    assert outcomes(log) == [(100, "ok"), (100, "failed")]


def test_a_prune_or_hook_failure_leaves_a_written_archive() -> None:
    for step in ("archive file size: 2MB", "adding notes to backup", "marking backup as protected"):
        run = only(read(HEADER, begin(100), archive(100), f"INFO: {step}", bad_end(100, "error pruning"), JOB_ERRORS))
        assert (run.outcome, run.archive_written) == (GuestOutcome.FAILED, True)
    run = only(read(HEADER, begin(100), "INFO: prune older backups with retention: keep-last=3", bad_end(100, "x")))
    assert not run.archive_written


def test_an_upload_is_complete_when_its_totals_are_told() -> None:
    creating = "INFO: creating Proxmox Backup Server archive 'vm/100/2026-03-04T01:00:01Z'"
    for step in ("transferred 32.00 GiB in 303 seconds (108.1 MiB/s)", "transferred 32.00 GiB in <1 seconds"):
        run = only(read(HEADER, begin(100), creating, f"INFO: {step}", bad_end(100, "prune 'vm/100': failed")))
        assert (run.archive_written, run.size, run.target_kind) == (True, None, TargetKind.PBS)
    totals = "INFO: transferred 32.00 GiB in 303 seconds (108.1 MiB/s)"
    run = only(read(HEADER, begin(100), archive(100), totals, bad_end(100, "unable to rename")))
    assert not run.archive_written


def test_a_container_s_upload_is_complete_at_the_client_s_end_time() -> None:
    creating = "INFO: creating Proxmox Backup Server archive 'ct/100/2026-03-04T01:00:01Z'"
    client = ["INFO: Starting backup: [ns]:ct/100/2026-03-04T01:00:01Z", "INFO: End Time: Wed Mar  4 02:03:49 2026"]
    run = only(read(HEADER, begin(100, "lxc"), creating, client, bad_end(100, "prune failed")))
    assert (run.archive_written, run.archive) == (True, "ct/100/2026-03-04T01:00:01Z")


def test_error_lines_inside_a_good_backup_do_not_make_it_fail() -> None:
    run = within("ERROR: VM 100 qmp command 'guest-fsfreeze-freeze' failed - got timeout")
    assert run.outcome is GuestOutcome.OK
    assert run.stray_errors == ("VM 100 qmp command 'guest-fsfreeze-freeze' failed - got timeout",)


def test_warnings_belong_to_the_guest_they_follow() -> None:
    log = read(
        "WARN: both 'maxfiles' and 'prune-backups' defined",
        HEADER,
        begin(100),
        "WARN: unable to add notes - no space",
        archive(100),
        good_end(100),
        "WARN: uploading backup task log failed",
        good(101),
        "INFO: Backup job finished successfully",
        "WARN: mail is late",
        "TASK WARNINGS: 4",
    )
    assert [run.warnings for run in log.runs] == [
        ("unable to add notes - no space", "uploading backup task log failed"),
        (),
    ]
    assert log.warnings == ("both 'maxfiles' and 'prune-backups' defined", "mail is late")


def test_a_hook_s_last_word_before_a_failure_does_not_end_a_guest_that_is_asked_for_twice() -> None:
    said = "INFO: Finished Backup of VM 100 (00:00:01)"
    head = "INFO: starting new backup job: vzdump 100 100"
    log = read(head, begin(100), archive(100), said, bad_end(100, "hook failed"), good(100), JOB_ERRORS)
    assert outcomes(log) == [(100, "failed"), (100, "ok")]


def test_a_hook_s_end_and_new_beginning_are_both_taken_back_by_the_failure() -> None:
    said = [*good_end(100), *begin(100)]
    for count in (1, 4):
        log = read(HEADER, begin(100), archive(100), said[:count], said, bad_end(100, "x"), JOB_ERRORS)
        assert outcomes(log) == [(100, "failed")]


def test_what_hooks_say_of_a_finished_guest_does_not_take_its_run_away() -> None:
    again = ["INFO: Starting Backup of VM 100 (qemu)"]
    later = ["INFO: Finished Backup of VM 100 (00:00:01)"]
    log = read(HEADER, good(100), again, begin(101), later, archive(101), good_end(101), JOB_OK)
    assert outcomes(log) == [(100, "ok"), (101, "ok")]


def test_an_end_told_before_an_archive_without_the_guest_s_name_is_a_hook_s() -> None:
    begun = [*begin(100), *good_end(100), "INFO: creating Borg Provider archive 'borg/x'"]
    assert outcomes(read(HEADER, begun)) == [(100, "unfinished")]
    assert outcomes(read(HEADER, begun, good_end(100, "00:00:50"), JOB_OK)) == [(100, "ok")]


def test_a_log_without_a_job_or_a_block_tells_of_no_guest() -> None:
    said = "INFO: Finished Backup of VM 100 (00:00:01)"
    assert read("WARN: w", said, "TASK ERROR: could not activate storage 'x'").runs == ()
    assert read(said, "INFO: VM Name: x", "TASK ERROR: could not activate storage 'x'").runs == ()


def test_an_end_and_a_job_s_end_told_before_the_archive_are_a_hook_s() -> None:
    said = ["INFO: Finished Backup of VM 100 (00:00:01)", "INFO: Backup job finished successfully"]
    assert outcomes(read(HEADER, begin(100), said, archive(100))) == [(100, "unfinished")]
