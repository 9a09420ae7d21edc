"""Moments written as people read them, for the tests of calendar events."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pve_backup_report.coverage.calendar_event import parse_calendar_event
from pve_backup_report.coverage.calendar_walk import next_event


def epoch(moment: str, zone: str = "UTC") -> int:
    """Unix time of a clock time such as ``2026-03-04 10:20:30``; of the first one where the clock shows it twice."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone)).timestamp())


def written(moment: int) -> str:
    """A Unix time as a clock in UTC shows it, ``2026-03-04 10:20:30``."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def events(text: str, after: int, zone: str = "UTC", count: int = 3) -> tuple[int, ...]:
    """The next events of a schedule, each looked for from the one before."""
    event, moment, found = parse_calendar_event(text), after, list[int]()
    while len(found) < count and (following := next_event(event, moment, ZoneInfo(zone))) is not None:
        found.append(following)
        moment = following
    return tuple(found)
