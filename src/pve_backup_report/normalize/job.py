"""Backup jobs: ``/cluster/backup`` and PVE's expansion of each.

pve-manager PVE/API2/Backup.pm and PVE/VZDump.pm, guest-common PVE/VZDump/Common.pm.
"""

import re
from collections.abc import Mapping

from pve_backup_report.endpoints.pve import INCLUDED_VOLUMES
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap
from pve_backup_report.model.job import IncludedGuest, Job, Selection
from pve_backup_report.normalize.entries import damage_in
from pve_backup_report.normalize.reading import Row, flag, items, missing, moment, number, text, unusable, words
from pve_backup_report.normalize.storage import read_retention

_WEEK = "mon,tue,wed,thu,fri,sat,sun"
_START_TIME = re.compile(r"(\d{1,2}):(\d{1,2})")


def read_job(row: Row, included: tuple[IncludedGuest, ...] | None) -> Job | None:
    """Return one job; None when the row has no id.

    Args:
        row: one row of ``/cluster/backup``.
        included: PVE's own expansion; None when not seen.
    """
    name = text(row.get("id"))
    if name is None:
        return None
    pool = text(row.get("pool"))
    vmids = _vmids(row.get("vmid"))
    exclude = tuple(vmid for word in words(row.get("exclude")) if (vmid := number(word)))
    return Job(
        id=name,
        legacy=row.get("type") is None,
        enabled=flag(row.get("enabled"), default=True),
        schedule=text(row.get("schedule")) or _legacy_schedule(row),
        selection=_selection(row),
        vmids=vmids,
        exclude=exclude,
        pool=pool,
        node=text(row.get("node")),
        storage=text(row.get("storage")),
        dumpdir=text(row.get("dumpdir")),
        conflict=_conflict(row),
        included=included,
        next_run=moment(row.get("next-run")),
        retention=read_retention(row.get("prune-backups"), row.get("maxfiles")),
        remove=flag(row.get("remove"), default=True),
        mode=text(row.get("mode")),
        compress=text(row.get("compress")),
        comment=text(row.get("comment")),
        repeat_missed=flag(row.get("repeat-missed")),
        protected=flag(row.get("protected")),
        notes_template=text(row.get("notes-template")),
    )


def read_included(job: str, answer: Answer | None) -> tuple[tuple[IncludedGuest, ...] | None, Gap | None]:
    """Return PVE's own expansion of a job, and the gap when it was not seen.

    Args:
        job: the job's id.
        answer: the answer of ``/cluster/backup/{id}/included_volumes``.
    """
    gap = missing(INCLUDED_VOLUMES, answer, job=job)
    if gap is not None or answer is None:
        return None, gap
    if not isinstance(answer.data, Mapping) or not isinstance(answer.data.get("children"), list):
        return None, unusable(INCLUDED_VOLUMES, "no list of guests", job=job)
    told = damage_in(INCLUDED_VOLUMES, answer.data["children"])
    if told is not None:
        return None, unusable(INCLUDED_VOLUMES, told, job=job)
    guests = []
    for child in items(answer.data["children"]):
        vmid = number(child.get("id"))
        if vmid is not None:
            guests.append(IncludedGuest(vmid, text(child.get("type")) or "unknown", _volumes(child)))
    return tuple(guests), None


def _volumes(child: Row) -> tuple[tuple[str, str, bool], ...]:
    found = []
    for volume in items(child.get("children")):
        key = (text(volume.get("id")) or "").partition(":")[2]
        if key:
            found.append((key, text(volume.get("name")) or "", flag(volume.get("included"))))
    return tuple(found)


def _vmids(value: object) -> tuple[int, ...] | None:
    """Return the ids of a list; None when one is no number: Proxmox then throws (VZDump.pm ``get_included_guests``)."""
    found = []
    for word in words(value):
        vmid = number(word)
        if vmid is None or vmid < 0:
            return None
        if vmid:
            found.append(vmid)
    return tuple(found)


def _selection(row: Row) -> Selection:
    """Return the way of choosing guests; the precedence is pool, vmid, all (VZDump.pm ``get_included_guests``)."""
    if text(row.get("pool")) is not None:
        return Selection.POOL
    if words(row.get("vmid")):
        return Selection.VMID
    if flag(row.get("all")):
        return Selection.ALL
    # A run, unlike the coverage functions, takes ``exclude`` alone for ``all`` (``verify_vzdump_parameters``).
    return Selection.EXCLUDE if words(row.get("exclude")) else Selection.NONE


def _conflict(row: Row) -> str | None:
    """Return the options that make every run of the job fail before it begins, or None.

    PVE/VZDump.pm ``verify_vzdump_parameters`` and PVE/API2/VZDump.pm; which of them really fail was found by running
    them (semantics section 13).
    """
    vmid = bool(words(row.get("vmid")))
    storage = text(row.get("storage")) is not None
    conflicts = {
        "all, vmid": vmid and flag(row.get("all")),
        "pool, vmid": vmid and text(row.get("pool")) is not None,
        "exclude, vmid": vmid and bool(words(row.get("exclude"))),
        "storage, dumpdir": storage and text(row.get("dumpdir")) is not None,
        "notes-template, no storage": not storage and row.get("notes-template") is not None,
        "protected, no storage": not storage and row.get("protected") is not None,
    }
    return next((options for options, clash in conflicts.items() if clash), None)


def _legacy_schedule(row: Row) -> str | None:
    """Turn ``dow`` and ``starttime`` into a calendar event (PVE/API2/Backup.pm ``convert_to_schedule``)."""
    start = _START_TIME.fullmatch((text(row.get("starttime")) or "").strip())
    if not start:
        return None
    time = f"{int(start[1]):02}:{int(start[2]):02}"
    days = ",".join(words(row.get("dow")))
    return time if days in ("", _WEEK) else f"{days} {time}"
