"""What is kept of an answer: only the fields that are used, so that no tape ever holds a password or a key.

Guest configurations carry passwords, SSH keys, cloud-init data and storage serials; hook scripts print what they like
into task logs. None of it is needed, so none of it is kept. What the answers of a large cluster repeat thousands of
times, they share: one text, however many rows hold it.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pve_backup_report.collect.log_body import KeptLog, LogTexts
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.pbs import PERMISSIONS as PBS_PERMISSIONS
from pve_backup_report.endpoints.pbs import PERMISSIONS_OF as PBS_PERMISSIONS_OF
from pve_backup_report.endpoints.pve import GUEST_CONFIG, PERMISSIONS, PERMISSIONS_AT, RESTORE_LOG, TASK_LOG
from pve_backup_report.model.answer import Answer
from pve_backup_report.normalize.restore import source_of
from pve_backup_report.normalize.task_log_line import kept_lines
from pve_backup_report.normalize.volume import VOLUME_KEY

_NESTED = frozenset({"children", "files", "tokens"})
_OF_ONE_LINE = frozenset({"notes", "comment"})
_REPEATED = frozenset({"subtype", "notes", "type", "node", "user", "status", "storage", "name"})
_NOT_AS_IT_IS = _NESTED | _OF_ONE_LINE | _REPEATED
_CONFIG_KEYS = frozenset({"name", "hostname", "template", "lock", "tags", "bios", "parent"})
_VOLUME_OPTIONS = frozenset({"file", "volume", "backup", "media", "mp", "size"})


def redact(endpoint: Endpoint, answer: Answer) -> Answer:
    """Return the answer with only what the program uses of it.

    Args:
        endpoint: the question that was asked.
        answer: what came back.
    """
    if not answer.ok:
        return answer
    if endpoint in (
        PERMISSIONS,
        PERMISSIONS_AT,
        PBS_PERMISSIONS,
        PBS_PERMISSIONS_OF,
    ):  # privileges by path: nothing else is in there
        return answer
    if endpoint is GUEST_CONFIG:
        return replace(answer, data=_config(answer.data))
    if endpoint is RESTORE_LOG:
        return replace(answer, data=_sources(answer.data))
    if endpoint.name == TASK_LOG.name:
        return replace(answer, data=_log(answer.data))
    keeps = frozenset(endpoint.keeps)
    return replace(answer, data=_fields(answer.data, keeps, keeps & _NOT_AS_IT_IS))


def _fields(data: object, keeps: frozenset[str], changed: frozenset[str]) -> object:
    """Return only the fields that are kept, and of these some in another form."""
    if isinstance(data, list):
        return [_fields(item, keeps, changed) for item in data]
    if not isinstance(data, dict):
        return data
    kept = {key: value for key, value in data.items() if key in keeps}
    for key in changed:
        value = kept.get(key)
        if value is None:
            continue
        if key in _NESTED:
            kept[key] = _fields(value, keeps, changed)
        elif type(value) is str:
            first_line = value.partition("\n")[0] if key in _OF_ONE_LINE else value
            kept[key] = sys.intern(first_line) if key in _REPEATED else first_line
    return kept


def _config(data: object) -> object:
    if not isinstance(data, Mapping):
        return data
    kept: dict[str, object] = {}
    for key, value in data.items():
        if key in _CONFIG_KEYS:
            kept[key] = value
        elif key == "digest":
            kept[key] = 1  # that there was one tells a real configuration from anything else
        elif key == "description" and isinstance(value, str):
            kept[key] = _notes_line(value)
        elif key == "meta" and isinstance(value, str):
            kept[key] = ",".join(part for part in value.split(",") if part.startswith("ctime="))
        elif isinstance(key, str) and VOLUME_KEY.fullmatch(key):
            kept[key] = _volume(value) if isinstance(value, str) else None
    return kept


def _notes_line(text: str) -> str:
    """Return the first line that says something: that is all a report shows of a note."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _volume(text: str) -> str:
    first, *options = text.split(",")
    return ",".join([first, *(option for option in options if option.split("=", 1)[0] in _VOLUME_OPTIONS)])


def _sources(data: object) -> object:
    """Return only what tells whose backup a restore read; the rest of such a log may hold anything."""
    if not isinstance(data, list):
        return data
    texts = data if isinstance(data, LogTexts) else (str(item.get("t")) for item in data if isinstance(item, Mapping))
    vmid = source_of(texts)
    return [] if vmid is None else [{"t": f"vzdump-qemu-{vmid}-"}]


def _log(data: object) -> object:
    """Return how many lines there were, and the text of those that tell something; no lines where one was destroyed."""
    if isinstance(data, KeptLog):
        return data
    if not isinstance(data, list):
        return None
    texts = data if isinstance(data, LogTexts) else _texts(data)
    return KeptLog(len(data), None if texts is None else kept_lines(texts))


def _texts(data: list[Any]) -> list[str] | None:
    try:
        texts = [item["t"] for item in data]
    except (TypeError, KeyError):  # not as Proxmox sends it
        return None
    return texts if {*map(type, texts)} <= {str} else None
