"""The last day and night: every run on every node, as bars on a line of time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.natural import natural
from pve_backup_report.model.task import LogState, Run, RunResult, Task
from pve_backup_report.render.sign import Sign, result_sign
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

    @property
    def end(self) -> int:
        """Where it ends, in thousandths of the lane."""
        return self.start + self.length


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
    names = {guest.vmid: guest.name for guest in cluster.guests}
    lately = sorted(
        (run for run in cluster.runs if cluster.asked_at - _DAY_S <= run.at <= cluster.asked_at),
        key=lambda run: (run.at, run.vmid),
    )
    runs: dict[str, list[Run]] = defaultdict(list)
    for run in lately:
        runs[run.node].append(run)
    window = _window(lately, cluster.asked_at)
    dark = {task.node for task in cluster.tasks if _is_dark(task, cluster.asked_at - _DAY_S)}
    seen = {node.name: node.tasks_seen and node.name not in dark for node in cluster.nodes}
    lanes = []
    for node in sorted({*seen, *runs}, key=natural):
        bars = [_bar(run, window, cluster.asked_at, names.get(run.vmid), wording) for run in runs[node]]
        laid = _laid(bars if len(lately) <= _BARS_TOLD else _joined(bars))
        rows = max((bar.row for bar in laid), default=0) + 1
        lanes.append(Lane(node, seen.get(node, False), _counts(runs[node], wording), rows, laid))
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


def _bar(run: Run, window: tuple[int, int], now: int, name: str | None, wording: Wording) -> Bar:
    start, end = window
    length = max(WIDTH * (_end(run, now) - run.at) // (end - start), _LEAST)
    left = min(WIDTH * (run.at - start) // (end - start), WIDTH - length)
    sign = result_sign(run.result, wording)
    facts = [wording.clock(run.at), f"{sign.symbol} {sign.word}"]
    if run.duration_s is not None:
        facts.append(wording.language.duration(run.duration_s))
    who = f"{run.vmid} {shorten(name, _NAME_SHOWN)}" if name else str(run.vmid)
    return Bar(left, length, 0, sign.tone, wording.say("{what}: {detail}", what=who, detail=wording.listed(facts)))


def _joined(bars: Iterable[Bar]) -> list[Bar]:
    """Return the bars with good runs that follow each other closely made into one."""
    joined: list[Bar] = []
    for bar in bars:
        last = joined[-1] if joined else None
        if last is not None and last.tone == bar.tone == "good" and bar.start - last.end <= _APART:
            joined[-1] = replace(last, length=max(last.end, bar.end) - last.start, title=None)
        else:
            joined.append(bar)
    return joined


def _laid(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Return the bars, each in the first row in which it hides no other."""
    ends: list[int] = []
    laid = []
    for bar in bars:
        row = next((row for row, end in enumerate(ends) if end <= bar.start), len(ends))
        ends[row : row + 1] = [bar.end]
        laid.append(replace(bar, row=row))
    return tuple(laid)


def _counts(runs: Iterable[Run], wording: Wording) -> tuple[tuple[Sign, int], ...]:
    counts = Counter(run.result for run in runs)
    return tuple((result_sign(result, wording), counts[result]) for result in RunResult if counts[result])
