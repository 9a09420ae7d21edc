"""The short way through a log in which every guest's block is regular, as nearly all are: many times as fast.

It takes the lines that a tape keeps, and a guest's whole block at one go. As soon as anything is out of the ordinary (a
guest without an end, a marker in an unusual place, a message of several lines, a line that only the reader knows) it
gives up, and the reader decides. Tests hold that where it does not give up it says what the reader says.
"""

import re
from datetime import datetime

from pve_backup_report.model.task_log import GuestOutcome, GuestRun, TargetKind, TaskLog
from pve_backup_report.normalize.task_log_command import Command, read_command
from pve_backup_report.normalize.task_log_guest import is_interruption, seconds_between

_JOB = "INFO: starting new backup job: vzdump "
_EXTERNAL = "INFO: skip external VMs: "
_ENDS = {
    "INFO: Backup job finished successfully": re.compile(r"TASK (OK|WARNINGS: [0-9]+)"),
    "INFO: Backup job finished with errors": re.compile(r"TASK ERROR: (job errors)"),
}
_UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_GUEST_TYPES = {"vm": "qemu", "ct": "lxc"}
_ID = re.compile(r"(?<![0-9])[1-9][0-9]{0,8}(?![0-9])")

_TIME = r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})"
_ASIDE = r"WARN: |ERROR: (?!Backup of VM |Backup job failed|can't )"
# steps that come only after the archive is complete; the last two tell that for PBS alone
_STEP = r"INFO: (?:adding notes to backup|marking backup as protected|prune|transferred |End Time: )"
_STEPS = rf"(?:(?:{_STEP}|{_ASIDE})[^\n]*\n)*"
_FILE = (
    rf"vzdump archive '(\S+/vzdump-(qemu|lxc)-([0-9]+)-[0-9_-]{{19}}\.[a-z.]+)'\n({_STEPS})"
    rf"(?:INFO: archive file size: ([0-9]{{1,9}}(?:\.[0-9]{{1,2}})?)(KB|MB|GB|TB)\n({_STEPS}))?"
)
_SNAPSHOT = rf"Proxmox Backup Server archive '((vm|ct)/([0-9]+)/[0-9TZ:-]+)'\n({_STEPS})"
# No line fits two parts of a block, so none is tried twice. There are no possessive quantifiers: before 3.11.5 Python
# fails with those of groups (CPython issue 106052), and Debian 12, on which Proxmox VE 8 stands, has 3.11.2.
_BLOCK = re.compile(
    r"(?:INFO: Starting Backup of VM ([1-9][0-9]{0,8}) \((qemu|lxc)\)\n"
    rf"INFO: Backup started at {_TIME}\n"
    rf"((?:(?:{_ASIDE})[^\n]*\n)*)"
    rf"(?:INFO: creating (?:{_FILE}|{_SNAPSHOT}))?)?"
    r"(?:INFO: Finished Backup of VM ([1-9][0-9]{0,8}) \(([0-9]{1,6}):([0-5][0-9]):([0-5][0-9])\)\n"
    rf"INFO: Backup finished at {_TIME}\n"
    r"|ERROR: Backup of VM ([1-9][0-9]{0,8}) failed - ?([^\n]*)\n"
    rf"INFO: Failed at {_TIME}\n)"
)
_WRITTEN = re.compile(r"^INFO: (?:adding|marking|prune)", re.MULTILINE)
_UPLOADED = re.compile(rf"^{_STEP}", re.MULTILINE)


class _Odd(Exception):  # noqa: N818 -- not an error: the reader takes over
    """Something out of the ordinary."""


def read_plain_log(text: str) -> TaskLog | None:
    """Return what the log tells; None when it is not plain.

    Args:
        text: ``kept_lines`` of it.
    """
    head, _, rest = text.partition("\n")
    rest, _, last = rest.rpartition("\n")
    blocks, _, ending = rest.rpartition("\n")
    end = _ENDS[ending].fullmatch(last) if ending in _ENDS else None
    if end is None or not head.startswith(_JOB):
        return None
    command = read_command(head.removeprefix(_JOB))
    external: frozenset[int] = frozenset()
    if blocks.startswith(_EXTERNAL):
        told, _, blocks = blocks.partition("\n")
        external = frozenset(int(found) for found in _ID.findall(told.removeprefix(_EXTERNAL)))
    try:
        runs = _runs(f"{blocks}\n") if blocks else []
        _see_that_all_may_run(runs, command, external)
    except (_Odd, ValueError):
        return None
    return TaskLog(
        runs=tuple(runs),
        asked_vmids=command.vmids,
        options=command.options,
        external=tuple(sorted(external)),
        header=True,
        finished=True,
        end=end[1],
        job_error=None,
        gone=False,
        warnings=(),
    )


def _see_that_all_may_run(runs: list[GuestRun], command: Command, external: frozenset[int]) -> None:
    vmids = {run.vmid for run in runs}
    named = not command.vmids or vmids <= set(command.vmids)
    if len(vmids) != len(runs) or not vmids.isdisjoint(external) or not named:
        raise _Odd


def _runs(text: str) -> list[GuestRun]:
    runs, at = [], 0
    while at < len(text):
        block = _BLOCK.match(text, at)
        if block is None:
            raise _Odd
        runs.append(_run(block))
        at = block.end()
    return runs


def _run(block: re.Match[str]) -> GuestRun:
    """Return one guest's run."""
    (
        vmid, kind, started, aside,
        file, file_type, file_vmid, before_size, number, unit, after_size,
        snapshot, group, group_vmid, steps,
        finished_vmid, hours, minutes, seconds, finished,
        failed_vmid, message, failed,
    ) = block.groups()  # fmt: skip
    ended = finished or failed
    datetime.fromisoformat(ended)  # ValueError when the calendar has no such time
    if started is not None:
        datetime.fromisoformat(started)
    path = file or snapshot
    if file and (file_vmid != vmid or file_type != kind):
        raise _Odd
    if snapshot and (group_vmid != vmid or _GUEST_TYPES[group] != kind):
        raise _Odd
    told = f"{before_size}{after_size or ''}" if file else steps or ""
    size = None if number is None else round(float(number) * _UNITS[unit])
    if failed_vmid is None:
        if finished_vmid != vmid or path is None:
            raise _Odd
        outcome, written = GuestOutcome.OK, True
        duration_s: int | None = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    else:
        if vmid not in (None, failed_vmid) or is_interruption(message):
            raise _Odd
        outcome, duration_s = GuestOutcome.FAILED, seconds_between(started, ended)
        written = size is not None or (_WRITTEN if file else _UPLOADED).search(told) is not None
    aside = (aside or "") + told
    target_kind = None if path is None else TargetKind.FILE if file else TargetKind.PBS
    warnings, stray_errors = (_texts("WARN: ", aside), _texts("ERROR: ", aside)) if aside else ((), ())
    # by place: by name it takes four times as long, and a large cluster has 300,000
    return GuestRun(
        int(vmid or failed_vmid), kind, outcome, started is not None, message, started, ended, duration_s, None, None,
        path, target_kind, size, written, warnings, stray_errors, (),
    )  # fmt: skip


def _texts(level: str, lines: str) -> tuple[str, ...]:
    """Return what stands behind a level, in some lines."""
    if level not in lines:
        return ()
    return tuple(line.removeprefix(level) for line in lines.split("\n") if line.startswith(level))
