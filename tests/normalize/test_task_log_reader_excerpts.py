"""Logs of one guest, logs of old versions, excerpts."""

import pytest

from normalize.vzdump_log import (
    DAY,
    HEADER,
    JOB_ERRORS,
    JOB_OK,
    PATH,
    bad_end,
    begin,
    good,
    good_end,
    only,
    outcomes,
    read,
)
from pve_backup_report.model.task_log import GuestOutcome


def test_the_log_beside_an_archive_has_times_before_its_levels() -> None:
    run = only(
        read(
            "2026-03-04 02:00:01 INFO: Starting Backup of VM 100 (qemu)",
            "2026-03-04 02:00:01 INFO: status = stopped",
            f"2026-03-04 02:00:02 INFO: creating vzdump archive '{PATH.format(100)}'",
            "2026-03-04 02:01:41 INFO: Finished Backup of VM 100 (00:01:40)",
        )
    )
    assert (run.outcome, run.started, run.ended) == (GuestOutcome.OK, "2026-03-04 02:00:01", "2026-03-04 02:01:41")


def test_a_mail_has_the_vmid_before_that() -> None:
    run = only(
        read(
            "43113: 2025-07-16 21:14:21 INFO: Starting Backup of VM 43113 (lxc)",
            "43113: 2025-07-16 21:19:21 ERROR: Backup of VM 43113 failed - because:",
            "43113: 2025-07-16 21:19:21 ERROR:",
            "43113: 2025-07-16 21:19:21 ERROR:  at line 620.",
        )
    )
    assert (run.error, run.duration_s) == ("because:\n\n at line 620.", 300)


def test_times_without_a_year_are_passed_over() -> None:
    run = only(
        read(
            "Nov 09 02:00:01 INFO: Starting Backup of VM 100 (qemu)",
            "Nov 09 02:00:05 INFO: Finished Backup of VM 100 (00:00:04)",
        )
    )
    assert (run.outcome, run.started, run.ended, run.duration_s) == (GuestOutcome.OK, None, None, 4)


def test_a_date_that_no_calendar_has_is_none() -> None:
    run = only(read(HEADER, "INFO: Starting Backup of VM 100 (qemu)", "INFO: Backup started at 2026-02-30 25:00:00"))
    assert run.started is None


def test_pve_5_tells_no_times() -> None:
    log = read(
        "INFO: starting new backup job: vzdump 100 101 --maxfiles 1",
        "INFO: Starting Backup of VM 100 (openvz)",
        "INFO: creating archive '/b/vzdump-openvz-100-x.tar.lzo'",
        "INFO: delete old backup '/b/vzdump-openvz-100-w.tar.lzo'",
        "INFO: Finished Backup of VM 100 (00:00:04)",
        "INFO: a hook's word at log-end",
        "INFO: Starting Backup of VM 101 (qemu)",
        "mount: wrong fs type",
        "ERROR: Backup of VM 101 failed - command 'mount' failed: exit code 32",
        "INFO: a hook's word at backup-abort",
        JOB_ERRORS,
    )
    assert outcomes(log) == [(100, "ok"), (101, "failed")]
    assert [run.duration_s for run in log.runs] == [4, None]


def test_an_excerpt_that_begins_inside_a_block_is_read_from_there() -> None:
    ending = ["INFO: transferred 32.00 GiB in 87 seconds (376.6 MiB/s)", *good_end(106)]
    log = read(ending, begin(107))
    assert outcomes(log) == [(106, "ok"), (107, "unfinished")]
    assert [run.begun for run in log.runs] == [False, True]
    assert outcomes(read(good_end(106), "TASK OK")) == [(106, "ok")]
    run = only(read("INFO: VM Name: a", "WARN: w", "ERROR: e", bad_end(111, "got timeout")))
    assert (run.type, run.name, run.warnings, run.stray_errors) == ("qemu", "a", ("w",), ("e",))


def test_an_excerpt_without_any_guest_s_id_has_no_run() -> None:
    log = read("ERROR: e", f"INFO: Failed at {DAY} 02:00:31", "ERROR: Backup job failed - interrupted by signal")
    assert (log.runs, log.job_error, log.finished) == ((), "interrupted by signal", True)


def test_an_excerpt_may_leave_out_everything_but_the_markers() -> None:
    log = read(
        "INFO: starting new backup job: vzdump 100 ... --storage nas",
        good(100),
        "INFO: Starting Backup of VM 101 (lxc)",
        "INFO: Finished Backup of VM 101 (00:00:41)",
        "INFO: Starting Backup of VM 102 (lxc)",
        "…",
        "INFO: Starting Backup of VM 103 (lxc)",
        "ERROR: Backup of VM 103 failed - x",
        "INFO: Starting Backup of VM 104 (qemu)",
    )
    assert outcomes(log) == [(100, "ok"), (101, "ok"), (103, "failed"), (104, "unfinished")]


@pytest.mark.parametrize("vmid", ["0", "0100", "1234567890", "1" * 5000, "-100", "１００"])
def test_an_id_that_is_none_is_passed_over(vmid: str) -> None:
    log = read(
        f"INFO: Starting Backup of VM {vmid} (qemu)",
        f"INFO: Finished Backup of VM {vmid} (00:00:01)",
        f"ERROR: Backup of VM {vmid} failed - x",
    )
    assert log.runs == ()


def test_an_id_may_have_nine_digits() -> None:
    assert outcomes(read(HEADER, good(168000015), JOB_OK)) == [(168000015, "ok")]
