"""The kept lines of a vzdump log, rewritten: what they say stays, whom they name does not."""

import re
import shlex
from collections.abc import Callable, Mapping

from pve_backup_report.bundle.kinds import Kind
from pve_backup_report.bundle.values import Values
from pve_backup_report.normalize.task_log_command import read_command
from pve_backup_report.normalize.task_log_line import Line, Mark, read_line

_LEVEL = re.compile(r"(?:[1-9][0-9]{0,8}: )?(?:[^:]{1,15}:[0-9]{2}:[0-9]{2} )?(?:INFO|WARN|ERROR): ?")
_TIMES_AND_NUMBERS = frozenset(
    {
        Mark.EXTERNAL,
        Mark.START,
        Mark.STARTED_AT,
        Mark.FINISH,
        Mark.FINISHED_AT,
        Mark.FAILED_AT,
        Mark.JOB_END,
        Mark.STDOUT,
        Mark.SIZE,
    }
)
_DONE: Mapping[str, str] = {
    "adding": "adding notes to backup",
    "marking": "marking backup as protected",
    "pruned": "pruned 0 backup(s)",
    "prune": "prune older backups with retention: -",
    "delete": "delete old backup '-'",
    "transferred": "transferred 0 B in 0 seconds",
    "End": "End Time: -",
}
_MAKERS = ("", "vzdump", "Proxmox Backup Server")
_KEPT_OPTIONS = frozenset({"mode", "compress", "all", "exclude", "quiet", "remove", "prune-backups", "maxfiles"})
_KEPT_VALUE = re.compile(r"[a-z0-9=,. -]*")
_PREFIXES = {
    Mark.FAILURE: re.compile(r"Backup of VM [0-9]+ failed - ?"),
    Mark.JOB_FAILED: re.compile(r"Backup job failed - ?"),
    Mark.NO_LOCK: re.compile(r"can't (?:acquire lock|open lock on file) '"),
}


def log_line(line: str, values: Values, text: Callable[[str], str]) -> str | None:
    """Return a line without names; None for one that tells nothing.

    Args:
        line: as the task wrote it.
        values: rewrites what has a form.
        text: rewrites messages.
    """
    told = read_line(line)
    if told is None:
        return None
    if told.mark is Mark.TASK_END:
        return line if not line.startswith("TASK ERROR: ") else f"TASK ERROR: {text(told.fields[0])}"
    if told.mark is Mark.GONE:
        return "no content"
    level = _LEVEL.match(line)
    start = level[0] if level else "INFO: "
    said = _said(told, values, text)
    return None if said is None else f"{start}{said}"


def _said(told: Line, values: Values, text: Callable[[str], str]) -> str | None:
    said = told.text.rstrip()
    if told.mark in _TIMES_AND_NUMBERS:
        return said
    if told.mark in (Mark.ARCHIVE_DONE, Mark.UPLOAD_DONE):
        return _DONE.get(said.partition(" ")[0])
    if told.mark is Mark.HEADER:
        return f"starting new backup job: vzdump {_command(told.fields[0], values)}".rstrip()
    if told.mark is Mark.ARCHIVE:
        return _archive(told, values)
    if told.mark in _PREFIXES and (prefix := _PREFIXES[told.mark].match(said)):
        return f"{prefix[0]}{text(said[prefix.end() :])}"
    return text(said) if told.mark in (Mark.WARN, Mark.ERROR) else None


def _archive(told: Line, values: Values) -> str:
    maker, path = told.fields[0], told.fields[1].removesuffix("'")
    shown = maker if maker in _MAKERS else "other"
    archive = values.path(path) if path.startswith("/") else values.volid(f":{path}")[1:]
    return f"creating {f'{shown} ' if shown else ''}archive '{archive}'"


def _command(arguments: str, values: Values) -> str:
    command = read_command(arguments)
    parts = [str(vmid) for vmid in command.vmids]
    if not command.every:
        parts.append("other")  # something was named that is no guest
    for key, value in command.options:
        new = _option(key, value, values)
        if new is not None:
            parts += [f"--{key}", shlex.quote(new)] if new else [f"--{key}"]
    return " ".join(parts)


def _option(key: str, value: str, values: Values) -> str | None:
    if key == "dumpdir":
        return values.path(value)
    kinds = {"storage": Kind.STORAGE, "pool": Kind.POOL, "node": Kind.NODE}
    if key in kinds:
        return values.nested(kinds[key], value)
    return value if key in _KEPT_OPTIONS and _KEPT_VALUE.fullmatch(value) else None
