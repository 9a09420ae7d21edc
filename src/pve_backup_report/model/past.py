"""What earlier runs knew: the facts of a run, what became of them, and how well the due backups were met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = str | int | bool | None
State = Mapping[str, Value]


class Kind(StrEnum):
    """What a fact is about; stable codes."""

    GUEST = "guest"
    BACKUP = "backup"  # the newest good backup of a guest
    JOB = "job"
    STORAGE = "storage"
    NODE = "node"
    ANOMALY = "anomaly"
    GAP = "gap"


Facts = Mapping[tuple[Kind, str], State]


class ChangeKind(StrEnum):
    """What became of a fact since the run before; stable codes."""

    NEWLY_UNCOVERED = "newly-uncovered"
    RECOVERED = "recovered"
    VERDICT_CHANGED = "verdict-changed"
    BACKUP_MISSING = "backup-missing"  # was fresh, is late or never
    BACKUP_BACK = "backup-back"  # the other way round
    FRESHNESS_CHANGED = "freshness-changed"
    NEW = "new"
    GONE = "gone"
    SEEN = "seen"  # not there before, when not everything could be seen
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        kind: what became of it.
        what: of which kind the thing is.
        key: its id, such as ``qemu/103`` or ``backup-1``.
        name: a guest's name as typed by its owner; None when not specified, and for other things.
        before: what was known of it then; empty for a new thing.
        after: what is known now; empty for a thing that is gone.
    """

    kind: ChangeKind
    what: Kind
    key: str
    name: str | None
    before: State
    after: State

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what differs, sorted; of a thing that is there on both sides."""
        if not self.before or not self.after:
            return ()
        names = {*self.before, *self.after}
        return tuple(sorted(name for name in names if self.before.get(name) != self.after.get(name)))


@dataclass(frozen=True, slots=True)
class Met:
    """How many backups that were due were there, counted in guests times days.

    Attributes:
        days: how far back.
        known_days: days of these of which something is known.
        met: due, and a good one was there.
        missed: due, and it failed or was never tried.
        unknown: something that could tell was not seen.
    """

    days: int
    known_days: int
    met: int
    missed: int
    unknown: int

    @property
    def due(self) -> int:
        """All that can be judged."""
        return self.met + self.missed


@dataclass(frozen=True, slots=True)
class GuestPast:
    """What earlier runs tell about one guest.

    Attributes:
        verdict_since: epoch of the run since which its verdict is what it is; no run in between said otherwise.
        freshness_since: the same for its freshness; None when it has none.
        met: due backups met over 7, 30 and 90 days.
        streak: days in a row, up to the last one judged, on which what was due was met; negative: was not.
    """

    verdict_since: int
    freshness_since: int | None
    met: tuple[Met, ...]
    streak: int


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One earlier run.

    Attributes:
        id: its number.
        at: epoch of its clock reading.
        summary: its counts, by the names of ``Summary``, and ``gaps``.
        complete: kinds of things of which it saw all.
        told: whoever wanted to hear of it was told.
    """

    id: int
    at: int
    summary: Mapping[str, int]
    complete: frozenset[Kind]
    told: bool = True


@dataclass(frozen=True, slots=True)
class Past:
    """What the history adds to a report.

    Attributes:
        fault: what went wrong with the history, so that it is missing, or begun anew; None when all is well.
        runs: how many earlier runs are kept.
        since: epoch of the oldest run that is kept; None for a first run.
        previous: the last run before that was told to whoever wanted to hear of it; None when there is none.
        changes: what is not as it was then.
        guests: by key, such as ``qemu/103``.
        anomalies_since: epoch since which an anomaly is told without a break, by code and subject.
        met: due backups met over 7, 30 and 90 days, of all guests.
        trend: the last run of each day, the oldest first.
    """

    fault: str | None = None
    runs: int = 0
    since: int | None = None
    previous: KeptRun | None = None
    changes: tuple[Change, ...] = ()
    guests: Mapping[str, GuestPast] = field(default_factory=dict)
    anomalies_since: Mapping[tuple[str, str], int] = field(default_factory=dict)
    met: tuple[Met, ...] = ()
    trend: tuple[KeptRun, ...] = ()

    @property
    def changed(self) -> bool | None:
        """Whether something is not as it was in the run before; None when that cannot be told."""
        return None if self.fault is not None or self.previous is None else bool(self.changes)
