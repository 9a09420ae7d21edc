"""The calendar of backups: one row for each guest, one square for each day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from pve_backup_report.coverage.days import DAYS, days_shown
from pve_backup_report.model.day import DayState
from pve_backup_report.model.record import record
from pve_backup_report.model.verdict import GuestVerdict
from pve_backup_report.render.guest_row import NAME_SHOWN
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

LABEL_EVERY = 5  # days
_SYMBOLS = {
    DayState.OK: "■",
    DayState.FAILED: "✗",
    DayState.MISSED: "!",
    DayState.NONE_DUE: "·",
    DayState.UNKNOWN: "?",
}
_ONE_BY_ONE = (DayState.FAILED, DayState.MISSED)


@record
class DayRun:
    """Days in a row that look alike; a failed or missed day always stands alone.

    Attributes:
        state: its code, also the CSS class.
        symbol: one character.
        count: days.
        title: the day and what happened; None when there is nothing to tell.
    """

    state: str
    symbol: str
    count: int
    title: str | None


@record
class DayRow:
    """One guest.

    Attributes:
        vmid: the guest's id.
        name: as typed by its owner; None when not specified.
        runs: its days, the oldest first.
        told: what was not as it should be, such as ``1 failed, 2 missed``; empty when nothing.
        bad: days that failed or were missed.
        unknown: days that are not known.
    """

    vmid: int
    name: str | None
    runs: tuple[DayRun, ...]
    told: str
    bad: int
    unknown: int


class _Look(NamedTuple):
    """What a row shows of some days: the fields of ``DayRow`` that depend on nothing else."""

    runs: tuple[DayRun, ...]
    told: str
    bad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class DayGrid:
    """The whole calendar.

    Attributes:
        first: the oldest day.
        last: the day of the run.
        labels: the date of every fifth day, the oldest first.
        legend: code, symbol and word of each state.
        uneven: guests with a failed or missed day, the worst first.
        even: all others, by vmid.
    """

    first: str
    last: str
    labels: tuple[str, ...]
    legend: tuple[tuple[str, str, str], ...]
    uneven: tuple[DayRow, ...]
    even: tuple[DayRow, ...]


def day_grid(guests: Iterable[GuestVerdict], wording: Wording) -> DayGrid | None:
    """Return the calendar; None when no guest's days are known.

    Args:
        guests: the conclusions.
        wording: the reader's.
    """
    dates = tuple(wording.day(day) for day in days_shown(wording.now, wording.zone))
    looks: dict[tuple[DayState, ...], _Look] = {}  # most guests have the same thirty days
    rows = []
    for told in guests:
        if told.days:
            look = looks.get(told.days) or looks.setdefault(told.days, _look(told.days, dates, wording))
            name = None if told.guest.name is None else shorten(told.guest.name, NAME_SHOWN)
            rows.append(DayRow(told.guest.vmid, name, *look))
    if not rows:
        return None
    uneven = sorted((row for row in rows if row.bad), key=lambda row: (-row.bad, -row.unknown, row.vmid))
    return DayGrid(
        first=dates[0],
        last=dates[-1],
        labels=dates[::LABEL_EVERY],
        legend=tuple((str(state), _SYMBOLS[state], wording.day_state(state)) for state in DayState),
        uneven=tuple(uneven),
        even=tuple(sorted((row for row in rows if not row.bad), key=lambda row: row.vmid)),
    )


def _look(days: tuple[DayState, ...], dates: tuple[str, ...], wording: Wording) -> _Look:
    counts = Counter(days)
    words = (
        wording.plural("{n} failed", "{n} failed", counts[DayState.FAILED]) if counts[DayState.FAILED] else None,
        wording.plural("{n} missed", "{n} missed", counts[DayState.MISSED]) if counts[DayState.MISSED] else None,
        wording.plural("{n} unknown", "{n} unknown", counts[DayState.UNKNOWN]) if counts[DayState.UNKNOWN] else None,
    )
    return _Look(
        runs=_runs(days[-DAYS:], dates, wording),
        told=wording.listed([word for word in words if word]),
        bad=counts[DayState.FAILED] + counts[DayState.MISSED],
        unknown=counts[DayState.UNKNOWN],
    )


def _runs(days: tuple[DayState, ...], dates: tuple[str, ...], wording: Wording) -> tuple[DayRun, ...]:
    runs = []
    for _, group in groupby(enumerate(days), key=lambda item: (item[1], item[0] if item[1] in _ONE_BY_ONE else -1)):
        places = list(group)
        place, state = places[0]
        title = None
        if state in _ONE_BY_ONE:
            title = wording.say("{what}: {detail}", what=dates[place], detail=wording.day_state(state))
        runs.append(DayRun(str(state), _SYMBOLS[state], len(places), title))
    return tuple(runs)
