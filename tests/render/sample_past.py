"""A hand-built report with a history: much has changed since yesterday."""

from dataclasses import replace

from pve_backup_report.model.past import Change, ChangeKind, GuestPast, KeptRun, Kind, Met, Past, State
from pve_backup_report.model.report import Report
from render.sample_facts import DAY, NOW
from render.sample_faults import many_faults

_METS = (Met(7, 7, 60, 3, 0), Met(30, 30, 250, 12, 4), Met(90, 44, 301, 13, 31))


def with_a_past() -> Report:
    """The report full of faults, on the forty-fifth morning."""
    report = many_faults()
    runs = tuple(
        KeptRun(
            day,
            NOW - (45 - day) * DAY,
            {"guests": 10 + day // 9, "covered": 2 + day // 9, "fresh": 1 + day // 6},
            frozenset(Kind),
        )
        for day in range(1, 45)
    )
    guests = {
        told.guest.key: GuestPast(NOW - (told.guest.vmid % 40) * DAY, NOW - 2 * DAY, _METS, -2)
        for told in report.analysis.guests
    }
    return replace(
        report,
        past=Past(runs=44, since=runs[0].at, previous=runs[-1], changes=_CHANGES, guests=guests, met=_METS, trend=runs),
    )


def _guest(verdict: str, freshness: str | None, name: str = "db") -> dict[str, str | None]:
    return {"name": name, "verdict": verdict, "reason": "no-job", "freshness": freshness}


_COVERED, _UNCOVERED = _guest("covered", "fresh"), _guest("uncovered", None)
_JOB: State = {"schedule": "02:00", "enabled": True, "storage": "pbs1"}
_CHANGES = (
    Change(ChangeKind.NEWLY_UNCOVERED, Kind.GUEST, "qemu/103", "db", _COVERED, _UNCOVERED),
    Change(ChangeKind.BACKUP_MISSING, Kind.GUEST, "qemu/104", "db", _COVERED, _guest("covered", "late")),
    Change(ChangeKind.VERDICT_CHANGED, Kind.GUEST, "qemu/105", None, _COVERED, _guest("undetermined", "fresh")),
    Change(ChangeKind.FRESHNESS_CHANGED, Kind.GUEST, "qemu/106", "db", _COVERED, _guest("covered", "unknown")),
    Change(ChangeKind.GONE, Kind.GUEST, "lxc/107", "old", _COVERED, {}),
    Change(ChangeKind.CHANGED, Kind.GUEST, "lxc/108", "new", _COVERED, _guest("covered", "fresh", "new")),
    Change(ChangeKind.NEW, Kind.GUEST, "lxc/109", "young", {}, _UNCOVERED),
    Change(ChangeKind.SEEN, Kind.GUEST, "lxc/110", "shy", {}, _COVERED),
    Change(ChangeKind.RECOVERED, Kind.GUEST, "lxc/111", "db", _UNCOVERED, _COVERED),
    Change(ChangeKind.BACKUP_BACK, Kind.GUEST, "lxc/112", "db", _guest("covered", "late"), _COVERED),
    Change(ChangeKind.GONE, Kind.JOB, "backup-old", None, _JOB, {}),
    Change(ChangeKind.CHANGED, Kind.JOB, "backup-1", None, _JOB, {**_JOB, "enabled": False, "schedule": "sun 03:00"}),
    Change(ChangeKind.NEW, Kind.JOB, "backup-new", None, {}, _JOB),
    Change(ChangeKind.GONE, Kind.STORAGE, "nas", None, {"type": "nfs"}, {}),
    Change(ChangeKind.NEW, Kind.NODE, "pve4", None, {}, {}),
    Change(ChangeKind.NEW, Kind.ANOMALY, "node-offline node/pve3", None, {}, {"severity": "error"}),
    Change(ChangeKind.NEW, Kind.ANOMALY, "guest-uncovered qemu/103", None, {}, {"severity": "warning"}),
    Change(ChangeKind.NEW, Kind.GAP, "refused /nodes/pve2/tasks", None, {}, {}),
)
