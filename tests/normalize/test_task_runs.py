"""A log counts as read when all its lines came, and no sooner."""

from zoneinfo import ZoneInfo

import pytest

from pve_backup_report.endpoints.pve import TASK_LOG
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.task import LogState
from pve_backup_report.normalize.task_runs import TaskReader

UPID = "UPID:pve1:0000ABCD:0000ABCD:69A6C63B:vzdump:100:root@pam:"
WHOLE = ["INFO: starting new backup job: vzdump 100", "TASK OK"]


def read(lines: list[str], count: int, total: int | None, limit: int = 5000) -> tuple[LogState, bool]:
    path = TASK_LOG.ask(node="pve1", upid=UPID, start=0, limit=limit)
    answer = Answer(AnswerKind.OK, 200, {"count": count, "lines": lines}, total)
    _, state, gap = TaskReader({path: answer}, "pve1", ZoneInfo("UTC"), 0, limit, None).text_of(UPID)
    return state, gap is not None


@pytest.mark.parametrize(
    ("lines", "count", "total", "state"),
    [
        (WHOLE, 9, 9, LogState.READ),
        (WHOLE[:1], 9, 9, LogState.READ),  # of a task that is running
        (WHOLE, 9, None, LogState.READ),  # its last line is there
        (WHOLE[:1], 9, None, LogState.NOT_SEEN),
        (WHOLE[:1], 9, 12, LogState.NOT_SEEN),
        (WHOLE, 9, 1, LogState.NOT_SEEN),
        ([], 0, None, LogState.NOT_SEEN),
        ([], 0, 0, LogState.NOT_SEEN),
    ],
)
def test_a_log_is_read_when_all_of_it_came(lines: list[str], count: int, total: int | None, state: LogState) -> None:
    assert read(lines, count, total) == (state, state is not LogState.READ)
