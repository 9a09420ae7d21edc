"""The last day and night: every run on every node, as bars on a line of time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.natural import natural
from pve_backup_report.model.task import LogState, Run, RunResult, Task
from pve_backup_report.render.sign import GOOD, Sign, result_sign, result_tone
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

WIDTH = 1000  # parts of a lane
_DAY_S, _HOUR_S = 86400, 3600
_LEAST_S = 6 * _HOUR_S  # shown, however short the night was
_LEAST = 4  # parts that a bar takes at least, so that it can be seen
_TICKS = 8  # at most
_BARS_TOLD = 300  # beyond so many in all, good runs that follow each other become one bar
_APART = 4  # parts between two good runs that become one bar
_NAME_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One run.

    Attributes:
        start: from the left, in thousandths of the lane.
        length: the same way.
        row: 0 for the first row of the lane; runs at the same time lie below each other.
        tone: of the result.
        title: the guest, when, how long and how it ended; None for several in one bar.
    """

    start: int
    length: int
    row: int
    tone: str
    title: str | None


class _Part(NamedTuple):
    """A part of a lane that a bar is to take.

    Attributes:
        start: from the left, in thousandths of the lane.
        end: the same way.
        tone: of the result.
        run: None for several in one bar.
    """

    start: int
    end: int
    tone: str
    run: Run | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One node.

    Attributes:
        node: its name.
        seen: every run on it is known: its tasks were listed, and no log of them is missing.
        counts: how many runs ended how.
        rows: rows of bars.
        bars: by start.
    """

    node: str
    seen: bool
    counts: tuple[tuple[Sign, int], ...]
    rows: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Night:
    """The part of the last twenty-four hours in which something ran.

    Attributes:
        ticks: place from the left in thousandths of a lane, and the time of day there.
        lanes: by node; a node that ran nothing has no bar.
    """

    ticks: tuple[tuple[int, str], ...]
    lanes: tuple[Lane, ...]

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return sum(count for lane in self.lanes for _, count in lane.counts)


def night(cluster: Cluster, wording: Wording) -> Night:
    """Return the runs of the last twenty-four hours.

    Args:
        cluster: everything seen.
        wording: the reader's.
    """
    now, since = cluster.asked_at, cluster.asked_at - _DAY_S
    names = {guest.vmid: guest.name for guest in cluster.guests}
    lately = sorted(
        [run for run in cluster.runs if since <= run.at <= now],
        key=lambda run: (run.at, run.vmid),
    )
    runs: dict[str, list[Run]] = defaultdict(list)
    for run in lately:
        runs[run.node].append(run)
    window = _window(lately, now)
    dark = {task.node for task in cluster.tasks if _is_dark(task, since)}
    seen = {node.name: node.tasks_seen and node.name not in dark for node in cluster.nodes}
    lanes = []
    for node in sorted({*seen, *runs}, key=natural):
        parts = [_part(run, window, now) for run in runs[node]]
        laid = _laid(parts if len(lately) <= _BARS_TOLD else _joined(parts))
        rows = max((row for row, _ in laid), default=0) + 1
        bars = tuple(_bar(part, row, names, wording) for row, part in laid)
        lanes.append(Lane(node, seen.get(node, False), _counts(runs[node], wording), rows, bars))
    return Night(_ticks(window, wording), tuple(lanes))


def _is_dark(task: Task, since: int) -> bool:
    """Whether a task of the time may have backed up guests of which nothing is known: its log was not seen."""
    return task.start >= since and task.vmid is None and task.log in (LogState.GONE, LogState.NOT_SEEN)


def _window(runs: Sequence[Run], now: int) -> tuple[int, int]:
    """Return the epochs of the full hours before the first run and after the end of the last."""
    if not runs:
        return (now // _HOUR_S - 24) * _HOUR_S, -(-now // _HOUR_S) * _HOUR_S
    start = runs[0].at // _HOUR_S * _HOUR_S
    end = max(_end(run, now) for run in runs)
    return start, max(-(-end // _HOUR_S) * _HOUR_S, start + _LEAST_S)


def _end(run: Run, now: int) -> int:
    return now if run.result is RunResult.RUNNING else run.at + (run.duration_s or 0)


def _ticks(window: tuple[int, int], wording: Wording) -> tuple[tuple[int, str], ...]:
    start, end = window
    every = -(-(end - start) // (_TICKS * _HOUR_S)) * _HOUR_S
    return tuple((WIDTH * (at - start) // (end - start), wording.clock(at)) for at in range(start, end + 1, every))


def _part(run: Run, window: tuple[int, int], now: int) -> _Part:
    start, end = window
    length = max(WIDTH * (_end(run, now) - run.at) // (end - start), _LEAST)
    left = min(WIDTH * (run.at - start) // (end - start), WIDTH - length)
    return _Part(left, left + length, result_tone(run.result), run)


def _joined(parts: Iterable[_Part]) -> list[_Part]:
    """Return the parts with good runs that follow each other closely made into one."""
    joined: list[_Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last is not None and last.tone == part.tone == GOOD and part.start - last.end <= _APART:
            joined[-1] = _Part(last.start, max(last.end, part.end), last.tone, None)
        else:
            joined.append(part)
    return joined


def _laid(parts: Iterable[_Part]) -> list[tuple[int, _Part]]:
    """Return the parts, each with the first row in which it hides no other."""
    ends: list[int] = []
    laid = []
    for part in parts:
        row = next((row for row, end in enumerate(ends) if end <= part.start), len(ends))
        ends[row : row + 1] = [part.end]
        laid.append((row, part))
    return laid


def _bar(part: _Part, row: int, names: Mapping[int, str | None], wording: Wording) -> Bar:
    title = None if part.run is None else _title(part.run, names.get(part.run.vmid), wording)
    return Bar(part.start, part.end - part.start, row, part.tone, title)


def _title(run: Run, name: str | None, wording: Wording) -> str:
    sign = result_sign(run.result, wording)
    facts = [wording.clock(run.at), f"{sign.symbol} {sign.word}"]
    if run.duration_s is not None:
        facts.append(wording.language.duration(run.duration_s))
    who = f"{run.vmid} {shorten(name, _NAME_SHOWN)}" if name else str(run.vmid)
    return wording.say("{what}: {detail}", what=who, detail=wording.listed(facts))


def _counts(runs: Iterable[Run], wording: Wording) -> tuple[tuple[Sign, int], ...]:
    counts = Counter(run.result for run in runs)
    return tuple((result_sign(result, wording), counts[result]) for result in RunResult if counts[result])
