"""One guest's block of a vzdump log, while it is being read."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from pve_backup_report.model.task_log import GuestOutcome, GuestRun, TargetKind, VolumeTold
from pve_backup_report.normalize.task_log_line import Line, Mark

_KINDS = {"": TargetKind.FILE, "vzdump": TargetKind.FILE, "Proxmox Backup Server": TargetKind.PBS}
_UNITS = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}  # PVE/VZDump.pm format_size
_TYPES = {"VM": "qemu", "CT": "lxc", "vm": "qemu", "ct": "lxc"}
_PATTERNS = {
    TargetKind.FILE: re.compile(r"(?:.*/)?vzdump-(qemu|lxc|openvz)-([1-9][0-9]{0,8})-[^/]*", re.DOTALL),
    TargetKind.PBS: re.compile(r"(vm|ct)/([1-9][0-9]{0,8})/[^/]*"),
}
# PVE/VZDump.pm's handler dies with the first, pve-common's worker with the second; a command that was running when
# the signal came puts its own words before it.
_INTERRUPTED = ("interrupted by signal", "received interrupt")


def is_interruption(message: str) -> bool:
    """Tell whether a failure's message says that a signal cut the backup off."""
    return message.rstrip().endswith(_INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Finish:
    """A line that says the guest's backup finished, and whether to believe it once the block is over."""

    duration_s: int
    ended: str | None
    credible: bool


@dataclass(slots=True)
class GuestBlock:
    """What was seen of a guest's run so far.

    Attributes:
        vmid: the guest; 0 for lines whose guest is not known yet, because the log's head is missing.
        begun: its Starting line was seen.
        dated: ``Backup started at`` follows that line, as since PVE 6.
        archive_begun: the line that begins the archive was seen.
        finish: a Finished line that does not settle the matter.
        outcome: None while open.
        dropped: it turned out not to be vzdump's.
        told: some data line was seen.
    """

    vmid: int
    type: str | None = None
    begun: bool = False
    dated: bool = False
    started: str | None = None
    archive_begun: bool = False
    finish: Finish | None = None
    outcome: GuestOutcome | None = None
    dropped: bool = False
    told: bool = False
    _mode: str | None = None
    _name: str | None = None
    _archive: str | None = None
    _kind: TargetKind | None = None
    _named_by_archive: bool = False
    _size: int | None = None
    _written: bool = False
    _error: str | None = None
    _ended: str | None = None
    _duration_s: int | None = None
    _volumes: dict[str, VolumeTold] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    stray_errors: list[str] = field(default_factory=list)

    def tell(self, line: Line) -> None:
        """Take in a data line: of those a hook can repeat, the first counts, since no hook runs before it."""
        self.told = True
        match line.mark:
            case Mark.NAME:
                self._name = self._name or line.fields[1]
                self.type = self.type or _TYPES[line.fields[0]]
            case Mark.MODE:
                self._mode = self._mode or line.fields[0]
            case Mark.FALLBACK:
                self._mode = None
            case Mark.INCLUDE_DISK | Mark.EXCLUDE_DISK | Mark.INCLUDE_MOUNT | Mark.EXCLUDE_MOUNT:
                if not self.archive_begun:
                    self._tell_volume(line)
            case Mark.ARCHIVE | Mark.STDOUT:
                self._begin_archive(line)
            case Mark.SIZE | Mark.ARCHIVE_DONE | Mark.UPLOAD_DONE:
                self._tell_written(line)

    def _tell_written(self, line: Line) -> None:
        """Note a step that follows the complete archive. No hook runs between its beginning and its end."""
        if not self.archive_begun or (line.mark is Mark.UPLOAD_DONE and self._kind is not TargetKind.PBS):
            return
        self._written = True
        if line.mark is Mark.SIZE and self._size is None and self._kind is not TargetKind.PBS:
            self._size = round(float(line.fields[0]) * _UNITS[line.fields[1]])

    def _tell_volume(self, line: Line) -> None:
        key = line.fields[0]
        match line.mark:
            case Mark.INCLUDE_DISK:
                told = VolumeTold(key, line.fields[1], included=True, why=None)
            case Mark.EXCLUDE_DISK:
                told = VolumeTold(key, line.fields[1], included=False, why=line.fields[2] or None)
            case Mark.INCLUDE_MOUNT:
                told = VolumeTold(key, None, included=True, why=None)
            case _:
                told = VolumeTold(key, None, included=False, why=line.fields[1] or None)
        self._volumes.setdefault(key, told)

    def _begin_archive(self, line: Line) -> None:
        """Note where the archive goes. An archive that bears the guest's id outranks one that does not."""
        self.finish = None  # said before there was anything to finish
        kind, path, guest_type, vmid = archive_of(line)
        if self.archive_begun and (self._named_by_archive or vmid != self.vmid):
            return
        self.archive_begun, self._named_by_archive = True, vmid == self.vmid
        self._kind, self._archive = kind, path
        self.type = self.type or guest_type

    def succeed(self, finish: Finish) -> None:
        """End the block with its Finished line."""
        self.outcome = GuestOutcome.OK
        self._ended, self._duration_s, self._written = finish.ended, finish.duration_s, True

    def fail(self, message: str, ended: str | None) -> None:
        """End the block with a failure, also when it had seemed good."""
        self.outcome = GuestOutcome.ABORTED if is_interruption(message) else GuestOutcome.FAILED
        self._error, self._ended = message, ended
        self._duration_s = seconds_between(self.started, ended)

    def cut_off(self, message: str | None) -> None:
        """End the block without a line of its own; ``message`` tells what ended the whole job, if anything did."""
        self.outcome = GuestOutcome.UNFINISHED if message is None else GuestOutcome.ABORTED
        self._error = message

    def run(self) -> GuestRun:
        """Return what the block tells."""
        return GuestRun(
            vmid=self.vmid,
            type=self.type,
            outcome=self.outcome or GuestOutcome.UNFINISHED,
            begun=self.begun,
            error=self._error,
            started=self.started,
            ended=self._ended,
            duration_s=self._duration_s,
            name=self._name,
            mode=self._mode,
            archive=self._archive,
            target_kind=self._kind,
            size=self._size,
            archive_written=self._written,
            warnings=tuple(self.warnings),
            stray_errors=tuple(self.stray_errors),
            volumes=tuple(self._volumes.values()),
        )


def archive_of(line: Line) -> tuple[TargetKind, str | None, str | None, int | None]:
    """Return the target, the path, and the type and vmid that the path tells, of a line that begins an archive."""
    if line.mark is Mark.STDOUT:
        return TargetKind.OTHER, None, None, None
    maker, rest = line.fields
    kind = _KINDS.get(maker, TargetKind.OTHER)
    path = rest[:-1] if rest.endswith("'") else None  # a line cut short names no archive
    pattern = _PATTERNS.get(kind)
    found = pattern.fullmatch(path) if pattern is not None and path is not None else None
    return (kind, path, _TYPES.get(found[1], found[1]), int(found[2])) if found else (kind, path, None, None)


def seconds_between(start: str | None, end: str | None) -> int | None:
    """Return the seconds between two local times; None when the clock was set back between them."""
    if start is None or end is None:
        return None
    seconds = int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    return seconds if seconds >= 0 else None
