"""Which job is still at work on a node when another one is due: each schedule is walked once for all its jobs."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.model.job import Job


@dataclass(frozen=True, slots=True)
class Lasting:
    """A job, and how long its run usually takes on one node.

    Attributes:
        place: its own among all jobs; of two that are at work equally long the first is told.
        job: the job.
        seconds: how long.
    """

    place: int
    job: Job
    seconds: int


class RunningUntil:
    """Tells of the jobs of one node which one is at work the longest when another one is due."""

    def __init__(self, node: str, jobs: Iterable[Lasting], dues: Iterable[int], calendar: Calendar) -> None:
        """Lay out the last run of each job before each of some times, and which ones end last.

        Args:
            node: where they run.
            jobs: those whose usual duration is known.
            dues: epochs that will be asked about.
            calendar: tells when jobs are due.
        """
        # a job that is due at the same time may have its run before that one to end first
        asked = sorted({at for due in dues for at in (due - 1, due)})
        together: dict[str | None, list[Lasting]] = {}
        for lasting in jobs:
            together.setdefault(lasting.job.schedule, []).append(lasting)
        runs = sorted(
            (start, lasting.job.id, start + lasting.seconds, lasting.place)
            for alike in together.values()
            for start in _starts(alike[0].job, node, asked, calendar)
            for lasting in alike
        )
        self._begun = [(start, name) for start, name, _, _ in runs]
        self._last: list[tuple[tuple[int, int], ...]] = [()]
        for _, _, end, place in runs:
            self._last.append(_last_two((*self._last[-1], (end, -place))))

    def last_at(self, due: int, job: Job, place: int) -> tuple[int, int] | None:
        """Return the job that ends last of the others that began before one that is due: until when, and its place.

        Of two that are due at once the one with the smaller id counts as the first.

        Args:
            due: epoch.
            job: what is due then.
            place: its own.
        """
        begun = self._last[bisect_left(self._begun, (due, job.id))]
        return next(((end, -negative) for end, negative in begun if -negative != place), None)


def _last_two(ends: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Return the latest end, and the latest one of another job: whoever is due is not to wait for itself."""
    first, *rest = sorted(ends, reverse=True)
    return (first, *[end for end in rest if end[1] != first[1]][:1])


def _starts(job: Job, node: str, dues: Sequence[int], calendar: Calendar) -> Iterator[int]:
    """Yield the last event before each of some times, each once."""
    place = 0
    while place < len(dues):
        start = calendar.last_due(job, node, dues[place])
        if start is not None:
            yield start
        following = calendar.first_after(job, node, dues[place])
        if following is None:
            return
        place = max(place + 1, bisect_left(dues, following))
