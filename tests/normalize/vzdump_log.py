"""Builders of invented vzdump task logs, and short ways to read them."""

from pve_backup_report.model.task_log import GuestRun, TaskLog
from pve_backup_report.normalize.task_log import is_telling, read_task_log

HEADER = "INFO: starting new backup job: vzdump --all 1 --storage nas --mode snapshot --quiet 1"
JOB_OK = ["INFO: Backup job finished successfully", "TASK OK"]
JOB_ERRORS = ["INFO: Backup job finished with errors", "TASK ERROR: job errors"]
DAY = "2026-03-04"
PATH = "/mnt/pve/nas/dump/vzdump-qemu-{}-2026_03_04-02_00_01.vma.zst"


def begin(vmid: int, guest_type: str = "qemu") -> list[str]:
    return [
        f"INFO: Starting Backup of VM {vmid} ({guest_type})",
        f"INFO: Backup started at {DAY} 02:00:01",
        "INFO: status = running",
        "INFO: backup mode: snapshot",
    ]


def archive(vmid: int) -> list[str]:
    return [f"INFO: creating vzdump archive '{PATH.format(vmid)}'", "INFO: 100% (1.0 GiB of 1.0 GiB) in 3s"]


def good_end(vmid: int, duration: str = "00:00:40") -> list[str]:
    return [f"INFO: Finished Backup of VM {vmid} ({duration})", f"INFO: Backup finished at {DAY} 02:00:41"]


def bad_end(vmid: int, *message: str) -> list[str]:
    first, *rest = message
    return [
        f"ERROR: Backup of VM {vmid} failed - {first}",
        *(f"ERROR: {line}" for line in rest),
        f"INFO: Failed at {DAY} 02:00:31",
    ]


def good(vmid: int) -> list[str]:
    return [*begin(vmid), *archive(vmid), "INFO: archive file size: 9.81GB", *good_end(vmid)]


def read(*parts: str | list[str]) -> TaskLog:
    lines = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    log = read_task_log(lines)
    assert read_task_log(filter(is_telling, lines)) == log
    return log


def only(log: TaskLog) -> GuestRun:
    (run,) = log.runs
    return run


def outcomes(log: TaskLog) -> list[tuple[int, str]]:
    return [(run.vmid, run.outcome.value) for run in log.runs]


def within(*lines: str) -> GuestRun:
    return only(read(HEADER, begin(100), list(lines), archive(100), good_end(100), JOB_OK))
