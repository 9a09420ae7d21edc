"""The short way through a log in which every guest's block is regular, as nearly all are: several times as fast.

It takes the lines that a tape keeps. As soon as anything is out of the ordinary (a guest without an end, a marker in an
unusual place, a message of several lines, a line that only the reader knows) it gives up, and the reader decides. Tests
hold that where it does not give up it says what the reader says.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from pve_backup_report.model.task_log import GuestOutcome, GuestRun, TargetKind, TaskLog
from pve_backup_report.normalize.task_log_command import Command, read_command
from pve_backup_report.normalize.task_log_guest import is_interruption, seconds_between

_INFO = "INFO: "
_JOB = "INFO: starting new backup job: vzdump "
_EXTERNAL = "INFO: skip external VMs: "
_ENDS = {
    "INFO: Backup job finished successfully": re.compile(r"TASK (OK|WARNINGS: [0-9]+)"),
    "INFO: Backup job finished with errors": re.compile(r"TASK ERROR: (job errors)"),
}
_START = re.compile(r"INFO: Starting Backup of VM ([1-9][0-9]{0,8}) \((qemu|lxc)\)")
_STARTED = re.compile(r"INFO: Backup started at ([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})")
_FILE = re.compile(r"INFO: creating vzdump archive '(\S+/vzdump-(qemu|lxc)-([0-9]+)-[0-9_-]{19}\.[a-z.]+)'")
_SNAPSHOT = re.compile(r"INFO: creating Proxmox Backup Server archive '((vm|ct)/([0-9]+)/[0-9TZ:-]+)'")
_SIZE = re.compile(r"INFO: archive file size: ([0-9]{1,9}(?:\.[0-9]{1,2})?)(KB|MB|GB|TB)")
_UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_FINISH = re.compile(r"INFO: Finished Backup of VM ([1-9][0-9]{0,8}) \(([0-9]{1,6}):([0-5][0-9]):([0-5][0-9])\)")
_FINISHED = re.compile(r"INFO: Backup finished at ([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})")
_FAILURE = re.compile(r"ERROR: Backup of VM ([1-9][0-9]{0,8}) failed - ?(.*)", re.DOTALL)
_FAILED = re.compile(r"INFO: Failed at ([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})")
_JOB_ERRORS = ("ERROR: Backup job failed", "ERROR: can't ")
# Steps that come only after the archive is complete; the second only tells that for PBS.
_WRITTEN = ("INFO: adding notes to backup", "INFO: marking backup as protected", "INFO: prune")
_UPLOADED = ("INFO: transferred ", "INFO: End Time: ")
_GUEST_TYPES = {"vm": "qemu", "ct": "lxc"}
_ID = re.compile(r"(?<![0-9])[1-9][0-9]{0,8}(?![0-9])")
_SHORTEST = 3


class _Odd(Exception):  # noqa: N818 -- not an error: the reader takes over
    """Something out of the ordinary."""


def read_plain_log(lines: list[str]) -> TaskLog | None:
    """Return what the log tells; None when it is not plain.

    Args:
        lines: ``kept_lines``, in order.
    """
    if len(lines) < _SHORTEST or not lines[0].startswith(_JOB):
        return None
    ending = _ENDS.get(lines[-2])
    end = ending.fullmatch(lines[-1]) if ending is not None else None
    if end is None:
        return None
    command = read_command(lines[0].removeprefix(_JOB))
    external: frozenset[int] = frozenset()
    first = 1
    if lines[1].startswith(_EXTERNAL):
        external = frozenset(int(found) for found in _ID.findall(lines[1].removeprefix(_EXTERNAL)))
        first = 2
    try:
        runs = _runs(lines, first, len(lines) - 2)
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


def _runs(lines: list[str], at: int, end: int) -> list[GuestRun]:
    runs = []
    while at < end:
        run, at = _run(lines, at, end)
        runs.append(run)
    return runs


def _run(lines: list[str], at: int, end: int) -> tuple[GuestRun, int]:
    """Return one guest's run, and where the next begins."""
    block = _Block()
    if lines[at].startswith(_INFO):
        block.vmid, block.type = _groups(_START, lines[at])
        block.started = _time(_STARTED, lines[at + 1])
        at += 2
    while at + 1 < end:
        line = lines[at]
        if line.startswith("INFO: Finished "):
            return block.finished(line, lines[at + 1]), at + 2
        if line.startswith("ERROR: Backup of VM "):
            return block.failed(line, lines[at + 1]), at + 2
        block.tell(line)
        at += 1
    raise _Odd


@dataclass(slots=True)
class _Block:
    """What was read of one guest so far."""

    vmid: str | None = None
    type: str | None = None
    started: str | None = None
    path: str | None = None
    pbs: bool = False
    size: int | None = None
    written: bool = False
    warnings: list[str] = field(default_factory=list)
    stray_errors: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        """Take in a line between the guest's beginning and its end."""
        if self.started is None:
            raise _Odd
        if self.path is not None and line.startswith(_WRITTEN):  # the most frequent ones first
            self.written = True
        elif line.startswith("INFO: creating ") and self.path is None:
            self._begin_archive(line)
        elif line.startswith("WARN: "):
            self.warnings.append(line.removeprefix("WARN: "))
        elif line.startswith("ERROR: ") and not line.startswith(_JOB_ERRORS):
            self.stray_errors.append(line.removeprefix("ERROR: "))
        elif self.path is None:
            raise _Odd
        elif line.startswith("INFO: archive ") and not self.pbs and self.size is None:
            number, unit = _groups(_SIZE, line)
            self.size, self.written = round(float(number) * _UNITS[unit]), True
        elif line.startswith(_UPLOADED):
            self.written = self.written or self.pbs
        else:
            raise _Odd

    def _begin_archive(self, line: str) -> None:
        self.pbs = line.startswith("INFO: creating Proxmox")
        self.path, kind, owner = _groups(_SNAPSHOT if self.pbs else _FILE, line)
        if owner != self.vmid or _GUEST_TYPES.get(kind, kind) != self.type:
            raise _Odd

    def finished(self, line: str, after: str) -> GuestRun:
        """Return the run of a guest that went well."""
        vmid, hours, minutes, seconds = _groups(_FINISH, line)
        if vmid != self.vmid or self.path is None:
            raise _Odd
        self.written = True
        duration_s = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        return self._run(GuestOutcome.OK, None, _time(_FINISHED, after), duration_s)

    def failed(self, line: str, after: str) -> GuestRun:
        """Return the run of a guest that failed, with a message of one line."""
        vmid, message = _groups(_FAILURE, line)
        if self.vmid not in (None, vmid) or is_interruption(message):
            raise _Odd
        self.vmid = vmid
        ended = _time(_FAILED, after)
        return self._run(GuestOutcome.FAILED, message, ended, seconds_between(self.started, ended))

    def _run(self, outcome: GuestOutcome, error: str | None, ended: str, duration_s: int | None) -> GuestRun:
        kind = TargetKind.PBS if self.pbs else TargetKind.FILE
        return GuestRun(
            vmid=int(self.vmid or 0),
            type=self.type,
            outcome=outcome,
            begun=self.started is not None,
            error=error,
            started=self.started,
            ended=ended,
            duration_s=duration_s,
            name=None,
            mode=None,
            archive=self.path,
            target_kind=kind if self.path is not None else None,
            size=self.size,
            archive_written=self.written,
            warnings=tuple(self.warnings),
            stray_errors=tuple(self.stray_errors),
            volumes=(),
        )


def _time(pattern: re.Pattern[str], line: str) -> str:
    (text,) = _groups(pattern, line)
    datetime.fromisoformat(text)  # ValueError when the calendar has no such time
    return text


def _groups(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    found = pattern.fullmatch(line)
    if found is None:
        raise _Odd
    return found.groups()
