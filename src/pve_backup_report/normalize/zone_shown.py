"""Whether a node's task logs show that its clock runs in the zone of another node, so that it need not be asked.

Each log gives the node's offset from UTC at its time. A zone is shown when the logs of the last weeks agree with it at
each offset that it had in those weeks: after a change of clocks that takes a log from either side of it.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.reading import Row
from pve_backup_report.normalize.task_list import read_task_list
from pve_backup_report.normalize.task_runs import TaskReader
from pve_backup_report.normalize.zone_from_tasks import offset_of, offsets_told

_DAY = 86400
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


def _shows(tape: Tape, node: str, listed: Iterable[Row], zone: ZoneInfo) -> bool:
    first = tape.asked_at - _REACH_DAYS * _DAY
    missing = {offset_of(zone, first + days * _DAY) for days in range(_REACH_DAYS + 1)}
    reader = TaskReader(tape.answers, node, zone, tape.asked_at, tape.log_limit, None)
    for row in listed:
        task, log, _ = reader.task_and_log(row) or (None, None, None)
        if task is None or log is None:
            continue
        if task.start < first:
            return False
        for at, offset in offsets_told([(task, log)]):
            if offset_of(zone, at) != offset:
                return False
            missing.discard(offset)
        if not missing:
            return True
    return False
