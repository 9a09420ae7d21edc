"""The list of a node's vzdump tasks, and which of their logs are needed.

pve-manager PVE/API2/Tasks.pm, pve-common PVE/RESTEnvironment.pm.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pve_backup_report.endpoints.pve import TASK_INDEX, TASK_INDEX_END, TASKS, TASKS_PAGE
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap, GapKind
from pve_backup_report.normalize.entries import damage, entries, is_whole, sound
from pve_backup_report.normalize.reading import Row, missing, moment, number, rows, text, unusable
from pve_backup_report.normalize.task_status import succeeded

Answers = Mapping[str, Answer]


def read_horizon(answers: Answers, node: str) -> int | None:
    """Return the epoch of the oldest task of any kind that a node's index still holds; None when not seen.

    An index is never emptied, only its older half dropped once it is large (``active_workers``): an empty one has
    never held a task, and nothing is missing from it.

    Args:
        answers: the tape's answers.
        node: the node.
    """
    first = answers.get(TASK_INDEX.ask(node=node))
    found = entries(TASK_INDEX, first)
    if first is None or found is None or not is_whole(TASK_INDEX, first):
        return None
    total = first.total or 0
    if total > len(found):
        last = answers.get(TASK_INDEX_END.ask(node=node, start=total - 1))
        found = entries(TASK_INDEX_END, last)
        if not found or not is_whole(TASK_INDEX_END, last):
            return None
    ends = [moment(row.get("endtime")) for row in found]
    return min((end for end in ends if end is not None), default=0 if not found else None)


@dataclass(frozen=True, slots=True)
class NodeTasks:
    """The task list of one node.

    Attributes:
        rows: the vzdump tasks, newest first.
        listed: whether the list was answered, and every entry of it can be read.
        since: epoch from which no finished task can be missing from it; None when it holds none
            and the whole index was not looked at.
        gaps: what was not answered.
    """

    rows: tuple[Row, ...]
    listed: bool
    since: int | None
    gaps: tuple[Gap, ...]


def read_task_list(answers: Answers, node: str, limit: int) -> NodeTasks:
    """Put the pages of a node's task list together.

    The index drops its oldest entries first, by time of finishing: nothing that began after the oldest listed task
    ended can be missing.

    Args:
        answers: the tape's answers.
        node: the node.
        limit: how many tasks are looked at.
    """
    first = answers.get(TASKS.ask(node=node, limit=limit))
    gap = missing(TASKS, first, node=node, limit=limit)
    if gap is not None or first is None:
        return NodeTasks((), listed=False, since=None, gaps=(gap,) if gap else ())
    found = rows(first)
    if found is None:
        return NodeTasks((), listed=False, since=None, gaps=(unusable(TASKS, "no list", node=node, limit=limit),))
    gaps = []
    pages: list[Answer | None] = [first]
    path = TASKS.ask(node=node, limit=limit).partition("?")[0]
    total = first.total
    while found and total is not None and len(found) < min(total, limit):
        page = answers.get(TASKS_PAGE.ask(node=node, limit=limit, start=len(found)))
        more = rows(page)
        if not more:
            told = page.error if page is not None and page.error else f"{len(found)} of {total} tasks answered"
            gaps.append(Gap(path, GapKind.FAILED, told, None, TASKS.blinds))
            break
        found.extend(more)
        pages.append(page)
    if total is not None and total > limit and len(found) >= limit:
        cut = f"PVE_TASK_HISTORY_LIMIT={limit}, {total} tasks"
        gaps.append(Gap(path, GapKind.LIMITED, cut, None, TASKS.blinds))
    damaged = [gap for page in pages if (gap := damage(TASKS, page, node=node, limit=limit)) is not None]
    gaps.extend(damaged)
    several = len({text(row.get("upid")) for row in found})
    if several < min(total or 0, limit, len(found)):  # pages that overlap, and so leave out others
        gaps.append(unusable(TASKS, f"{several} of {total} tasks answered, some of them twice", node=node, limit=limit))
        damaged.append(gaps[-1])
    found = sound(TASKS, found)
    backups = [row for row in found if row.get("type") in (None, "vzdump")]
    ends = [end for row in found if (end := moment(row.get("endtime"))) is not None]
    horizon = read_horizon(answers, node)
    if horizon is not None and not gaps:
        ends.append(horizon)
    since = None if damaged else min(ends, default=None)
    return NodeTasks(tuple(backups), listed=not damaged, since=since, gaps=tuple(gaps))


def needs_log(tasks: tuple[Row, ...]) -> Iterator[str]:
    """Yield the UPIDs whose log is needed: all but a guest's older successes, which the list itself tells.

    Args:
        tasks: a node's tasks, newest first.
    """
    told: set[int] = set()
    for row in tasks:
        upid, vmid = text(row.get("upid")), number(row.get("id"))
        if upid is None:
            continue
        if vmid is not None and succeeded(text(row.get("status"))):
            if vmid in told:
                continue
            told.add(vmid)
        yield upid
