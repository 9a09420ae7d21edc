"""One line of a vzdump log: whether it tells something, and what.

Task logs carry ``LEVEL: text``; the log beside an archive has a time before that, a mail also the vmid. Wordings are
those of PVE 5 to 9 (pve-manager PVE/VZDump.pm, pve-guest-common PVE/VZDump/Plugin.pm ``debugmsg``, qemu-server and
pve-container PVE/VZDump/*.pm). What a line means depends on the lines around it: that is for the reader.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import IntEnum, auto
from typing import NamedTuple


class Mark(IntEnum):
    """What a line says; numbers, since they are looked up for every line of every log."""

    HEADER = auto()  # fields: the command line after "vzdump"
    EXTERNAL = auto()  # fields: the list of ids
    START = auto()  # fields: type
    STARTED_AT = auto()
    FINISH = auto()  # fields: hours, minutes, seconds
    FINISHED_AT = auto()
    FAILED_AT = auto()
    JOB_END = auto()
    NAME = auto()  # fields: VM or CT, the name
    MODE = auto()  # fields: the mode
    FALLBACK = auto()
    INCLUDE_DISK = auto()  # fields: key, volume
    EXCLUDE_DISK = auto()  # fields: key, volume, reason
    INCLUDE_MOUNT = auto()  # fields: key
    EXCLUDE_MOUNT = auto()  # fields: key, reason or ""
    ARCHIVE = auto()  # fields: maker or "", the path and its closing quote
    STDOUT = auto()
    SIZE = auto()  # fields: number, unit
    ARCHIVE_DONE = auto()  # a step that comes only after the archive is complete
    UPLOAD_DONE = auto()  # the same, but only for PBS
    WARN = auto()  # fields: the text
    ERROR = auto()  # fields: the text
    FAILURE = auto()  # fields: the message's first line
    JOB_FAILED = auto()  # fields: the message's first line
    NO_LOCK = auto()  # fields: the text
    TASK_END = auto()  # fields: the status
    GONE = auto()


DATA = frozenset(
    {
        Mark.NAME,
        Mark.MODE,
        Mark.FALLBACK,
        Mark.INCLUDE_DISK,
        Mark.EXCLUDE_DISK,
        Mark.INCLUDE_MOUNT,
        Mark.EXCLUDE_MOUNT,
        Mark.ARCHIVE,
        Mark.STDOUT,
        Mark.SIZE,
        Mark.ARCHIVE_DONE,
        Mark.UPLOAD_DONE,
    }
)
ERRORS = frozenset({Mark.ERROR, Mark.FAILURE, Mark.JOB_FAILED, Mark.NO_LOCK})


class Line(NamedTuple):
    """A line that tells something.

    Attributes:
        mark: what it says.
        text: the text behind the level.
        at: the time it tells, or else the time before its level; None when there is neither.
        vmid: the guest it names; 0 when none.
        fields: see the mark.
    """

    mark: Mark
    text: str
    at: str | None = None
    vmid: int = 0
    fields: tuple[str, ...] = ()


_TIME = r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})"
_VMID = r"([1-9][0-9]{0,8})"
_LEVEL = re.compile(r"(INFO|WARN|ERROR):(?: |$)")
_DATED_LEVEL = re.compile(
    rf"(?:[1-9][0-9]{{0,8}}: )?(?:{_TIME}|[A-Z][a-z]{{2}} [ 0-9][0-9] [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})"
    r" (INFO|WARN|ERROR):(?: |$)"
)
# By first word, so that a progress line costs one look-up. Every pattern takes time in proportion to its text.
_INFO: dict[str, tuple[tuple[Mark, re.Pattern[str]], ...]] = {
    word: tuple((mark, re.compile(pattern)) for mark, pattern in patterns)
    for word, patterns in {
        "starting": ((Mark.HEADER, r"starting new backup job: vzdump(?: (.*))?"),),
        "skip": ((Mark.EXTERNAL, r"skip external VMs: ([0-9][0-9, ]*)"),),
        "Starting": ((Mark.START, rf"Starting Backup of VM {_VMID} \((qemu|lxc|openvz)\)"),),
        "Finished": ((Mark.FINISH, rf"Finished Backup of VM {_VMID} \(([0-9]{{1,6}}):([0-5][0-9]):([0-5][0-9])\)"),),
        "Failed": ((Mark.FAILED_AT, rf"Failed at {_TIME}"),),
        "Backup": (
            (Mark.STARTED_AT, rf"Backup started at {_TIME}"),
            (Mark.FINISHED_AT, rf"Backup finished at {_TIME}"),
            (Mark.JOB_END, r"Backup job finished (?:successfully|with errors)"),
        ),
        "VM": ((Mark.NAME, r"(VM) Name: (.+)"),),
        "CT": ((Mark.NAME, r"(CT) Name: (.+)"),),
        "backup": ((Mark.MODE, r"backup mode: (snapshot|suspend|stop)"),),
        "trying": ((Mark.FALLBACK, r"trying '[a-z]+' mode instead"),),
        "include": ((Mark.INCLUDE_DISK, r"include disk '([^']+)' '([^']*)'(?: .*)?"),),
        "exclude": ((Mark.EXCLUDE_DISK, r"exclude disk '([^']+)' '([^']*)' \((.*)\)"),),
        "including": ((Mark.INCLUDE_MOUNT, r"including mount point (\S+) \('.*'\) in backup"),),
        "excluding": ((Mark.EXCLUDE_MOUNT, r"excluding \S+ mount point (\S+) \('.*'\) from backup(?: \(([^()]*)\))?"),),
        "creating": ((Mark.ARCHIVE, r"creating (?:([^'\n]+) )?archive '(.*)"),),
        "sending": ((Mark.STDOUT, r"sending archive to stdout"),),
        "archive": ((Mark.SIZE, r"archive file size: ([0-9]{1,9}(?:\.[0-9]{1,2})?)(KB|MB|GB|TB)"),),
        "adding": ((Mark.ARCHIVE_DONE, r"adding notes to backup"),),
        "marking": ((Mark.ARCHIVE_DONE, r"marking backup as protected"),),
        "prune": ((Mark.ARCHIVE_DONE, r"prune older backups with retention: .*"),),
        "pruned": ((Mark.ARCHIVE_DONE, r"pruned [0-9]+ backup\(s\).*"),),
        "delete": ((Mark.ARCHIVE_DONE, r"delete old backup '.*'"),),
        "transferred": ((Mark.UPLOAD_DONE, r"transferred \S+ \S+ in .*"),),
        "End": ((Mark.UPLOAD_DONE, r"End Time: .*"),),
    }.items()
}
DETAILS = frozenset(
    {
        Mark.NAME,
        Mark.MODE,
        Mark.FALLBACK,
        Mark.INCLUDE_DISK,
        Mark.EXCLUDE_DISK,
        Mark.INCLUDE_MOUNT,
        Mark.EXCLUDE_MOUNT,
    }
)
"""What is read where it stands, but no report uses yet."""


def _any_of_them() -> str:
    """Return one pattern for all that a report uses, by first letter: so one look passes over most lines."""
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word, of in _INFO.items():
        for mark, pattern in of:
            if mark not in DETAILS:  # only the whole line is wanted, not what is in it
                by_letter[word[0]].append(re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern.pattern)[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


# All the patterns that a report uses in one, since it is tried on every line of every log; and whatever is no INFO.
_MAY_TELL = re.compile(rf"\n(INFO: (?:{_any_of_them()})[^\S\n]*(?=\n)|(?!INFO: )[^\n]*)").findall
_TIMED = frozenset({Mark.STARTED_AT, Mark.FINISHED_AT, Mark.FAILED_AT})
_NAMING = frozenset({Mark.START, Mark.FINISH})
_FAILURE = re.compile(rf"Backup of VM {_VMID} failed - ?(.*)", re.DOTALL)
_JOB_FAILED = re.compile(r"Backup job failed - ?(.*)", re.DOTALL)
_NO_LOCK = re.compile(r"can't (?:acquire lock|open lock on file) '")
_TASK_END = re.compile(r"TASK (?:(OK)|(WARNINGS: [0-9]+)|ERROR: (.+))", re.DOTALL)


def read_line(line: str) -> Line | None:
    """Return what the line tells; None when it tells nothing (progress, hook output, stderr of other programs)."""
    line = line.rstrip("\r\n")
    if line.startswith("INFO: "):  # nearly every line
        return _info(line[6:], None)
    found = _LEVEL.match(line)
    if found:
        return _LEVELS[found[1]](line[found.end() :], None)
    found = _DATED_LEVEL.match(line)
    if found:
        return _LEVELS[found[2]](line[found.end() :], _time(found[1]))
    ended = _TASK_END.fullmatch(line)
    if ended:
        return Line(Mark.TASK_END, line, fields=(ended[1] or ended[2] or ended[3],))
    # What the API answers for a missing or an empty log file (pve-manager PVE/API2/Tasks.pm, pve-common PVE/Tools.pm).
    if line.startswith("unable to open file - ") or line == "no content":
        return Line(Mark.GONE, line)
    return None


def is_telling(line: str) -> bool:
    """Tell whether the reader uses this line: a log without its other lines reads the same."""
    return read_line(line) is not None


def kept_lines(lines: Sequence[str]) -> str | None:
    """Return the lines that a tape keeps, those that tell something that a report uses, with line breaks between them.

    Args:
        lines: of a whole log, in order; nine out of ten tell of progress only.

    Returns:
        One text; None where a line holds several, as in no log of Proxmox: dump_logfile reads a file line by line
        (pve-common PVE/Tools.pm).
    """
    text = "\n".join(("", *lines, ""))
    if text.count("\n") > len(lines) + 1:
        return None
    return "\n".join([line for line in _MAY_TELL(text) if line.startswith("INFO: ") or read_line(line) is not None])


def _info(text: str, at: str | None) -> Line | None:
    patterns = _INFO.get(text[: _LONGEST_WORD + 1].partition(" ")[0])
    if patterns is None:
        return None
    trimmed = text.rstrip()
    for mark, pattern in patterns:
        found = pattern.fullmatch(trimmed)
        if found is None:
            continue
        fields = found.groups("")
        if mark in _TIMED:
            told = _time(fields[0])
            return Line(mark, text, told) if told else None
        if mark in _NAMING:
            return Line(mark, text, at, int(fields[0]), fields[1:])
        return Line(mark, text, at, fields=fields)
    return None


def _warn(text: str, at: str | None) -> Line:
    return Line(Mark.WARN, text, at, fields=(text,))


def _error(text: str, at: str | None) -> Line:
    found = _FAILURE.fullmatch(text)
    if found:
        return Line(Mark.FAILURE, text, at, int(found[1]), (found[2],))
    found = _JOB_FAILED.fullmatch(text)
    if found:
        return Line(Mark.JOB_FAILED, text, at, fields=(found[1],))
    return Line(Mark.NO_LOCK if _NO_LOCK.match(text) else Mark.ERROR, text, at, fields=(text,))


def _time(text: str | None) -> str | None:
    """Return the time if the calendar has it."""
    if text is None:
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


_LEVELS: dict[str, Callable[[str, str | None], Line | None]] = {"INFO": _info, "WARN": _warn, "ERROR": _error}
_LONGEST_WORD = max(map(len, _INFO))
