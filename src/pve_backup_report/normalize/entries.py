"""The entries of a list that are as Proxmox promises, and the gap that the others leave."""

from collections.abc import Callable, Mapping
from typing import Any

from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.entry import Entry, Holds, entry_of
from pve_backup_report.endpoints.pve import RESOURCES
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap
from pve_backup_report.normalize.reading import LATEST, Row, number, unusable
from pve_backup_report.normalize.shapes import LARGEST_VMID, surely_fit

_MANY = 100  # entries from which it pays to look at all of them at one go
_FLAGS = frozenset({"", "0", "1", "no", "yes", "off", "on", "false", "true"})


def entries(endpoint: Endpoint, answer: Answer | None) -> list[Row] | None:
    """Return the entries of a list that are as they should be; None when the answer is missing, failed, or no list.

    Args:
        endpoint: what was asked.
        answer: what came back.
    """
    if answer is None or not answer.ok or not isinstance(answer.data, list):
        return None
    return sound(endpoint, answer.data)


def sound(endpoint: Endpoint, listed: list[Any]) -> list[Row]:
    """Return those of some entries that are as they should be.

    Args:
        endpoint: what was asked.
        listed: what came back, or a part of it.
    """
    if _surely_sound(endpoint, listed):
        return listed
    return [item for item in listed if isinstance(item, Mapping) and _fault(endpoint, item) is None]


def damage(endpoint: Endpoint, answer: Answer | None, **values: str | int) -> Gap | None:
    """Return the gap that entries leave that are not as they should be; None when there are none, or no list came.

    Args:
        endpoint: what was asked.
        answer: what came back.
        values: the fields of the endpoint's templates.
    """
    if answer is None or not answer.ok or not isinstance(answer.data, list):
        return None
    told = damage_in(endpoint, answer.data)
    return None if told is None else unusable(endpoint, told, **values)


def damage_in(endpoint: Endpoint, listed: list[Any]) -> str | None:
    """Return in words what is wrong with some entries; None when nothing is.

    Args:
        endpoint: what was asked.
        listed: what came back, or a part of it.
    """
    if _surely_sound(endpoint, listed):
        return None
    faults = [(place, fault) for place, item in enumerate(listed, 1) if (fault := _fault(endpoint, item)) is not None]
    if not faults:
        return None
    place, fault = faults[0]
    return f"{len(faults)} of {len(listed)} entries are not as Proxmox promises (entry {place}: {fault})"


def is_whole(endpoint: Endpoint, answer: Answer | None) -> bool:
    """Tell whether a list came, and every entry of it is as it should be."""
    if answer is None or not answer.ok or not isinstance(answer.data, list):
        return False
    return damage_in(endpoint, answer.data) is None


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
    return None if shape is None else _misshapen(item, shape)


def _misshapen(item: Row, shape: Entry) -> str | None:
    for name, holds in shape.must.items():
        if not _FITS[holds](item.get(name)):
            return f"no {holds} in {name}"
    for name, holds in shape.may.items():
        if name in item and not (_FITS[holds](item[name]) or (shape.nulls and item[name] is None)):
            return f"no {holds} in {name}"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and number(value) is not None


def _is_between(value: object, most: int) -> bool:
    told = None if isinstance(value, bool) else number(value)
    return told is not None and 0 <= told <= most


def _is_flag(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in _FLAGS
    return isinstance(value, int) and value in (0, 1)


def _is_words(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(word, str) for word in value))


def _is_vmids(value: object) -> bool:
    if isinstance(value, str):
        return True
    return all(map(_is_vmid, value)) if isinstance(value, list) else _is_vmid(value)


def _is_vmid(value: object) -> bool:
    return _is_between(value, LARGEST_VMID)


def _is_files(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(file, Mapping) and isinstance(file.get("filename"), str) for file in value
    )


_FITS: Mapping[Holds, Callable[[object], bool]] = {
    Holds.NAME: lambda value: isinstance(value, str) and value != "",
    Holds.STRING: lambda value: isinstance(value, str),
    Holds.TEXT: _is_text,
    Holds.NUMBER: _is_number,
    Holds.VMID: _is_vmid,
    Holds.TIME: lambda value: _is_between(value, LATEST),
    Holds.FLAG: _is_flag,
    Holds.WORDS: _is_words,
    Holds.VMIDS: _is_vmids,
    Holds.OPTIONS: lambda value: _is_text(value) or isinstance(value, Mapping),
    Holds.FILES: _is_files,
}
