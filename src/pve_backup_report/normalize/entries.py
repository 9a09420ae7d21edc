"""The entries of a list that are as Proxmox promises, and the gap that the others leave."""

from collections.abc import Callable, Mapping
from typing import Any

from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.entry import Entry, Holds, entry_of
from pve_backup_report.endpoints.pve import RESOURCES
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap
from pve_backup_report.normalize.agreement import BACKUPS, contradicted
from pve_backup_report.normalize.backup import has_no_time
from pve_backup_report.normalize.reading import LARGEST_NUMBER, LATEST, Row, number, unusable, words
from pve_backup_report.normalize.shapes import LARGEST_VMID, surely_fit

_MANY = 100  # entries from which it pays to look at all of them at one go
_FLAGS = frozenset({"", "0", "1", "no", "yes", "off", "on", "false", "true"})


def read_entries(endpoint: Endpoint, answer: Answer | None, **values: str | int) -> tuple[list[Row] | None, Gap | None]:
    """Return the entries of a list that are as they should be, and the gap that the others leave.

    Args:
        endpoint: what was asked.
        answer: what came back.
        values: the fields of the endpoint's templates.

    Returns:
        None for the entries when the answer is missing, failed, or no list; None for the gap then, and when all are as
        they should be.
    """
    read = _read(endpoint, answer)
    if read is None:
        return None, None
    found, told = read
    return found, None if told is None else unusable(endpoint, told, **values)


def entries(endpoint: Endpoint, answer: Answer | None) -> list[Row] | None:
    """Return only the entries of ``read_entries``."""
    read = _read(endpoint, answer)
    return None if read is None else read[0]


def damage(endpoint: Endpoint, answer: Answer | None, **values: str | int) -> Gap | None:
    """Return only the gap of ``read_entries``."""
    return read_entries(endpoint, answer, **values)[1]


def is_whole(endpoint: Endpoint, answer: Answer | None) -> bool:
    """Tell whether a list came, and every entry of it is as it should be."""
    read = _read(endpoint, answer)
    return read is not None and read[1] is None


def sound(endpoint: Endpoint, listed: list[Any]) -> list[Row]:
    """Return those of some entries that are as they should be.

    Args:
        endpoint: what was asked.
        listed: what came back, or a part of it.
    """
    return _without(listed, _faults(endpoint, listed))


def damage_in(endpoint: Endpoint, listed: list[Any]) -> str | None:
    """Return in words what is wrong with some entries; None when nothing is.

    Args:
        endpoint: what was asked.
        listed: what came back, or a part of it.
    """
    return _in_words(listed, _faults(endpoint, listed))


def _read(endpoint: Endpoint, answer: Answer | None) -> tuple[list[Row], str | None] | None:
    """Return the sound entries and in words what is wrong with the list; None when there is none."""
    if answer is None or not answer.ok or not isinstance(answer.data, list):
        return None
    faults = _faults(endpoint, answer.data)
    return _without(answer.data, faults), _in_words(answer.data, faults) or _cut(endpoint, answer)


def _without(listed: list[Any], faults: Mapping[int, str]) -> list[Row]:
    return [item for place, item in enumerate(listed) if place not in faults] if faults else listed


def _in_words(listed: list[Any], faults: Mapping[int, str]) -> str | None:
    if not faults:
        return None
    first = min(faults)
    return f"{len(faults)} of {len(listed)} entries are not as Proxmox promises (entry {first + 1}: {faults[first]})"


def _cut(endpoint: Endpoint, answer: Answer) -> str | None:
    """Return in words that a list is shorter than it says; None when it is not, or comes in pages, as tasks do."""
    if answer.total is None or not isinstance(answer.data, list) or endpoint.path.endswith("/tasks"):
        return None
    return f"{len(answer.data)} of {answer.total} entries came" if len(answer.data) < answer.total else None


def _faults(endpoint: Endpoint, listed: list[Any]) -> dict[int, str]:
    """Return what is wrong with the entries that are not as they should be, by place."""
    faults = {}
    if not _surely_sound(endpoint, listed):
        faults = {place: fault for place, item in enumerate(listed) if (fault := _fault(endpoint, item)) is not None}
    by_place = dict(enumerate(listed))
    for place in faults:
        del by_place[place]
    return faults | contradicted(endpoint, by_place)


def _surely_sound(endpoint: Endpoint, listed: list[Any]) -> bool:
    if len(listed) < _MANY or endpoint is RESOURCES:  # whose entries are of several kinds
        return False
    shape = entry_of(endpoint.name, None)
    return shape is not None and surely_fit(listed, shape)


def _fault(endpoint: Endpoint, item: object) -> str | None:
    """Return what is wrong with an entry; None when nothing is. Nothing of the entry itself is in it."""
    if not isinstance(item, Mapping):
        return "no object"
    shape = entry_of(endpoint.name, item.get("type"))
    if endpoint.name in BACKUPS and has_no_time(item):
        item = {**item, "ctime": 0}  # the rest of it has to be as it should all the same
    return None if shape is None else _misshapen(item, shape)


def _misshapen(item: Row, shape: Entry) -> str | None:
    for name, holds in shape.must.items():
        if not _FITS[holds](item.get(name)):
            return f"no {holds} in {name}"
    for name in shape.never:
        if name in item:
            return f"a {name}, which its type has not"
    for name, holds in shape.may.items():
        if name in item and not (_FITS[holds](item[name]) or (item[name] is None and shape.may_be_null(name))):
            return f"no {holds} in {name}"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and number(value) is not None


def _is_between(value: object, most: int) -> bool:
    told = None if isinstance(value, bool) else number(value)
    return told is not None and 0 <= told <= most


def is_flag(value: object) -> bool:
    """Tell whether a value is a boolean as Proxmox writes it.

    Args:
        value: any JSON.
    """
    if isinstance(value, str):
        return value.strip().lower() in _FLAGS
    return isinstance(value, int) and value in (0, 1)


def _is_words(value: object) -> bool:
    strings = isinstance(value, str) or (isinstance(value, list) and all(isinstance(word, str) for word in value))
    return strings and bool(words(value))


def _is_vmids(value: object) -> bool:
    return value not in ("", []) and (isinstance(value, str) or _is_only_vmids(value))


def _is_only_vmids(value: object) -> bool:
    named = words(value) if isinstance(value, str) else value
    return all(map(_is_vmid, named)) if isinstance(named, list | tuple) else _is_vmid(named)


def _is_vmid(value: object) -> bool:
    return _is_between(value, LARGEST_VMID)


def _is_files(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(file, Mapping) and isinstance(file.get("filename"), str) for file in value
    )


def _is_volumes(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(volume, Mapping)
        and isinstance(named := volume.get("id"), str)
        and named.partition(":")[2] != ""
        and isinstance(volume.get("name", ""), str)
        and is_flag(volume.get("included", False))
        for volume in value
    )


def _is_verification(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(state := value.get("state"), str) and state != ""


_FITS: Mapping[Holds, Callable[[object], bool]] = {
    Holds.NAME: lambda value: isinstance(value, str) and value != "",
    Holds.STRING: lambda value: isinstance(value, str),
    Holds.TEXT: _is_text,
    Holds.NUMBER: _is_number,
    Holds.SIZE: lambda value: _is_between(value, LARGEST_NUMBER),
    Holds.VMID: _is_vmid,
    Holds.TIME: lambda value: _is_between(value, LATEST),
    Holds.FLAG: is_flag,
    Holds.WORDS: _is_words,
    Holds.VMIDS: _is_vmids,
    Holds.ONLY_VMIDS: _is_only_vmids,
    Holds.OPTIONS: lambda value: _is_text(value) or isinstance(value, Mapping),
    Holds.FILES: _is_files,
    Holds.VOLUMES: _is_volumes,
    Holds.VERIFICATION: _is_verification,
    Holds.BACKUP_TYPE: lambda value: value in ("vm", "ct", "host"),
}
