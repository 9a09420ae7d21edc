"""What an answer says twice has to agree: an entry with itself, and with the others of its list.

A task's UPID holds its start and its type (pve-common PVE/Tools.pm ``upid_decode``), a backup's name its guest, and a
snapshot's its time (pve-storage PVE/Storage/PBSPlugin.pm ``print_volid``). Where they differ something was destroyed on
the way, and nobody knows which of the two is right.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from pve_backup_report.endpoints import pve
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.entry import entry_of
from pve_backup_report.normalize.backup import named_in
from pve_backup_report.normalize.reading import Row, number

_TASKS = frozenset(
    endpoint.name for endpoint in (pve.TASKS, pve.TASKS_PAGE, pve.TASK_INDEX, pve.TASK_INDEX_END, pve.RESTORES)
)
BACKUPS = frozenset(endpoint.name for endpoint in (pve.CONTENT, pve.CONTENT_OF_GUEST, pve.PRUNE_PREVIEW))
"""Names of the lists of backups."""
_UPID = re.compile(r"UPID:[^:]+:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([^:]+):")


def contradicted(endpoint: Endpoint, listed: Mapping[int, Row]) -> dict[int, str]:
    """Return which entries of a list do not agree with themselves or with another one, by place, and how.

    Args:
        endpoint: what was asked.
        listed: entries that have all fields as Proxmox promises, by place.
    """
    if endpoint.name in _TASKS:
        return {place: told for place, row in listed.items() if (told := _task(row)) is not None}
    found = _twice(endpoint, listed)
    if endpoint.name in BACKUPS:
        found |= {place: told for place, row in listed.items() if (told := _backup(row)) is not None}
    return found


def _task(row: Row) -> str | None:
    upid = row.get("upid")
    told = _UPID.match(upid) if isinstance(upid, str) else None
    if told is None:
        return None
    if row.get("type") not in (None, told[2]):
        return "a type that is not the UPID's"
    return None if number(row.get("starttime")) == int(told[1], 16) else "a starttime that is not the UPID's"


def _backup(row: Row) -> str | None:
    guest, time = named_in(str(row.get("volid")))
    if guest is None:
        return None
    vmid, ctime = row.get("vmid"), row.get("ctime")
    if vmid is not None and guest != number(vmid):
        return "a vmid that is not the volid's"
    if time is not None and ctime is not None and _epoch(time) != number(ctime):
        return "a ctime that is not the volid's"
    return None


def _epoch(time: str) -> float | None:
    try:
        return datetime.fromisoformat(time).timestamp()
    except ValueError:  # no calendar has such a time
        return None


def _twice(endpoint: Endpoint, listed: Mapping[int, Row]) -> dict[int, str]:
    """Return the entries that tell of the same thing, and not the same of it."""
    if endpoint is not pve.RESOURCES:  # whose entries are of several kinds
        only = entry_of(endpoint.name, None)
        key = only.key if only is not None else None
        if key is None or len({str(row.get(key)) for row in listed.values()}) == len(listed):  # as good as always
            return {}
    names = {}
    for place, row in listed.items():
        shape = entry_of(endpoint.name, row.get("type"))
        if shape is not None and shape.key is not None:
            names[place] = shape.key, str(row.get(shape.key))
    first: dict[tuple[str, str], int] = {}
    found: dict[int, str] = {}
    for place, name in names.items():
        at = first.setdefault(name, place)
        if at != place and listed[at] != listed[place]:
            found |= dict.fromkeys((at, place), f"another entry of the same {name[0]} that differs")
    return found
