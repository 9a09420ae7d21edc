"""What the runs knew of one guest: how it stood, its backups as they came, and its days."""

import csv
import io
from zoneinfo import ZoneInfo

from rich.console import Console

from pve_backup_report.model.conclusion import Freshness, Verdict
from pve_backup_report.model.day import DayState
from pve_backup_report.model.kept import Era, KeptGuest
from pve_backup_report.model.past import Value
from pve_backup_report.render.data import Data
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.sign import freshness_sign, verdict_sign
from pve_backup_report.render.terminal import Cell, heading, plain, show, signed, table
from pve_backup_report.render.wording import Wording

_BACKUP = ("storage", "volid", "size", "duration_s", "verified", "source")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guest_data(guest: KeptGuest) -> Data:
    """Return it as plain values for JSON."""
    return {
        "cluster": guest.cluster,
        "guest": guest.key,
        "states": [{"since": rfc3339(era.since), "until": rfc3339(era.until), **dict(era.state)} for era in guest.eras],
        "backups": [
            {"at": rfc3339(_at(era)), **{name: era.state.get(name) for name in _BACKUP}, "known_at": rfc3339(era.since)}
            for era in guest.backups
        ],
        "days": [{"day": day.isoformat(), "state": str(state)} for day, state in guest.days],
    }


def guest_csv(guest: KeptGuest) -> str:
    """Return its backups as CSV, the newest first; no text in it is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("guest", "at", *_BACKUP, "known_at"))
    for era in guest.backups:
        cells = (_cell(era.state.get(name)) for name in _BACKUP)
        writer.writerow((guest.key, rfc3339(_at(era)), *cells, rfc3339(era.since)))
    return text.getvalue()


def print_guest(guest: KeptGuest, language: Language, zone: ZoneInfo, console: Console) -> None:
    """Print it."""
    wording = Wording(language, zone, guest.at)
    show(console, plain(wording.say("{what}: {detail}", what=guest.cluster, detail=guest.key)), plain(""))
    headers = (
        wording.say("Since"), wording.say("Until"), wording.say("Name"), wording.say("Verdict"),
        wording.say("Freshness"),
    )  # fmt: skip
    show(console, table(headers, [_state(era, wording) for era in guest.eras]), plain(""))
    headers = (
        wording.say("Backup"), wording.say("Storage"), wording.say("Size"), wording.say("Duration"),
        wording.say("Verified"),
    )  # fmt: skip
    show(console, table(headers, [_backup(era, wording) for era in guest.backups]), plain(""))
    bad = [f"{wording.day(day)} ({wording.day_state(state)})" for day, state in guest.days if state in _BAD]
    told = wording.listed(bad) if bad else wording.say("no day")
    show(console, heading(wording.say("Failed or missed days")), plain(told))


_BAD = (DayState.FAILED, DayState.MISSED)


def _state(era: Era, wording: Wording) -> tuple[Cell, ...]:
    name, fresh = era.state.get("name"), era.state.get("freshness")
    return (
        _when(era.since, wording),
        "" if era.until is None else _when(era.until, wording),
        wording.unspecified() if name is None else str(name),
        signed(verdict_sign(Verdict(str(era.state["verdict"])), wording)),
        signed(freshness_sign(None if fresh is None else Freshness(str(fresh)), wording)),
    )


def _backup(era: Era, wording: Wording) -> tuple[Cell, ...]:
    size, seconds = era.state.get("size"), era.state.get("duration_s")
    return (
        _when(_at(era), wording),
        _told(era.state.get("storage"), wording),
        wording.language.size(size) if isinstance(size, int) else wording.unspecified(),
        wording.language.duration(seconds) if isinstance(seconds, int) else wording.unspecified(),
        _told(era.state.get("verified"), wording),
    )


def _told(value: Value, wording: Wording) -> str:
    return wording.unspecified() if value is None else str(value)


def _when(epoch: int, wording: Wording) -> str:
    moment = wording.moment(epoch)
    return "?" if moment is None else moment.text


def _at(era: Era) -> int:
    at = era.state.get("at")
    return at if isinstance(at, int) else era.since


def _cell(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
