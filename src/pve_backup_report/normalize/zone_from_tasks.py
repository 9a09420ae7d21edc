"""A node's time zone worked out from its task logs, for when the node would not tell it.

A log writes local times, a task's start and end are epochs: together they give the node's offset from UTC at that time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pve_backup_report.model.task import Task
from pve_backup_report.model.task_log import TaskLog

_QUARTER = 900
_SLACK = 120
_WIDEST_OFFSET = int(timedelta(hours=15).total_seconds())
_DAY = 86400
_REACH_DAYS = 400


@dataclass(frozen=True, slots=True)
class LikelyZone:
    """A zone that fits what the logs show.

    Attributes:
        name: IANA name; others may fit as well.
        since: epoch from which, up to now, every zone that fits has the same offset as this one.
    """

    name: str
    since: int


def likely_zone(told: Iterable[tuple[Task, TaskLog]], preferred: Sequence[str], now: int) -> LikelyZone | None:
    """Return a zone that fits every log; None when no log tells an offset, or no zone fits them all.

    Args:
        told: the node's tasks with what their logs say.
        preferred: zones to name first where they fit, such as those of the other nodes.
        now: epoch of the tape.
    """
    offsets = dict(offsets_told(told))
    if not offsets:
        return None
    fitting = [
        zone for zone in _all_zones() if all(offset_of(zone, at) == offset for at, offset in sorted(offsets.items()))
    ]
    if not fitting or len({offset_of(zone, now) for zone in fitting}) != 1:
        return None
    names = [zone.key for zone in fitting]
    name = next((name for name in preferred if name in names), names[0])
    return LikelyZone(name, _agree_since(fitting, now))


def offsets_told(told: Iterable[tuple[Task, TaskLog]]) -> Iterator[tuple[int, int]]:
    """Yield (epoch, seconds ahead of UTC) of each log whose first and last local time give the same offset.

    A task may wait for a lock before its first guest, and a hook may run after the last one: then the two differ.
    """
    for task, log in told:
        starts = [run.started for run in log.runs if run.started is not None]
        ends = [run.ended for run in log.runs if run.ended is not None]
        if not starts or not ends or task.end is None:
            continue
        offset = offset_between(starts[0], ends[-1], task.start, task.end)
        if offset is not None:
            yield task.start, offset


def offset_between(first: str, last: str, start: int, end: int) -> int | None:
    """Return the seconds ahead of UTC of a log's local times; None where the first and the last one disagree.

    Args:
        first: local time at which its first guest began.
        last: local time at which its last guest ended.
        start: epoch at which the task began.
        end: epoch at which it ended.
    """
    offset = _difference(first, start)
    return offset if offset is not None and offset == _difference(last, end) else None


def _difference(local: str, epoch: int) -> int | None:
    """Return by how much a local time is ahead of UTC; None when that is no whole quarter of an hour."""
    try:
        ahead = int(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp()) - epoch
    except (ValueError, OverflowError):
        return None
    offset = round(ahead / _QUARTER) * _QUARTER
    return offset if abs(ahead - offset) <= _SLACK and abs(offset) <= _WIDEST_OFFSET else None


@cache
def _all_zones() -> tuple[ZoneInfo, ...]:
    return tuple(ZoneInfo(name) for name in sorted(available_timezones()) if "/" in name or name == "UTC")


def offset_of(zone: ZoneInfo, at: int) -> int:
    """Return the seconds by which a zone is ahead of UTC at an epoch."""
    ahead = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    return int(ahead.total_seconds()) if ahead is not None else 0


def _agree_since(zones: Sequence[ZoneInfo], now: int) -> int:
    """Return the epoch from which the zones have had the same offset, looking back day by day."""
    since = now
    for days in range(1, _REACH_DAYS):
        at = now - days * _DAY
        if len({offset_of(zone, at) for zone in zones}) != 1:
            break
        since = at
    return since
