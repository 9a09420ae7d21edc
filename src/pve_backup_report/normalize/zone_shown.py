"""Whether a node's task logs show that its clock runs in the zone of another node, so that it need not be asked.

Each log gives the node's offset from UTC at its time. A zone is shown when the logs of the last weeks agree with it at
each offset that it had in those weeks: after a change of clocks that takes a log from either side of it.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from pve_backup_report.model.tape import Tape
from pve_backup_report.model.task import LogState
from pve_backup_report.normalize.reading import Row, moment, text
from pve_backup_report.normalize.task_list import read_task_list
from pve_backup_report.normalize.task_runs import TaskReader
from pve_backup_report.normalize.zone_from_tasks import offset_between, offset_of

_DAY = 86400
_BEGAN, _ENDED = "\nINFO: Backup started at ", ("\nINFO: Backup finished at ", "\nINFO: Failed at ")
_TIME = len("2026-11-22 02:30:00")
_REACH_DAYS = 35  # a monthly job's last due time lies within


def zone_shown(tape: Tape, node: str, zones: Iterable[str]) -> str | None:
    """Return the first zone that the node's logs show; None when they show none of them.

    Args:
        tape: the answers so far.
        node: the node.
        zones: names of the zones to try.
    """
    listed = read_task_list(tape.answers, node, tape.history_limit).rows
    return next((name for name in zones if _shows(tape, node, listed, ZoneInfo(name))), None)


def may_show(listed: Iterable[Row], now: int) -> bool:
    """Tell whether the logs of some tasks may show a zone: one of the last weeks is over.

    Args:
        listed: a node's whole list of tasks.
        now: epoch of the run.
    """
    first = _first(now)
    started = (moment(row.get("starttime")) for row in listed if moment(row.get("endtime")) is not None)
    return any(start is not None and start >= first for start in started)


def _first(now: int) -> int:
    return now - _REACH_DAYS * _DAY


def _shows(tape: Tape, node: str, listed: Iterable[Row], zone: ZoneInfo) -> bool:
    first = _first(tape.asked_at)
    missing = {offset_of(zone, first + days * _DAY) for days in range(_REACH_DAYS + 1)}
    reader = TaskReader(tape.answers, node, zone, tape.asked_at, tape.log_limit, None)
    for row in listed:
        upid, start, end = text(row.get("upid")), moment(row.get("starttime")), moment(row.get("endtime"))
        if upid is None or start is None or end is None:
            continue
        if start < first:
            return False
        kept, state, _ = reader.text_of(upid)
        if kept is None or state is not LogState.READ:
            continue
        offset = _offset_told(kept, start, end)
        if offset is not None:
            if offset_of(zone, start) != offset:
                return False
            missing.discard(offset)
        if not missing:
            return True
    return False


def _offset_told(kept: str, start: int, end: int) -> int | None:
    """Return the offset that a log's first and last time tell; the rest of it need not be read for that."""
    kept = f"\n{kept}"
    began = kept.find(_BEGAN)
    ended = max((kept.rfind(words), words) for words in _ENDED)
    if began < 0 or ended[0] < 0:
        return None
    first, last = began + len(_BEGAN), ended[0] + len(ended[1])
    return offset_between(kept[first : first + _TIME], kept[last : last + _TIME], start, end)
