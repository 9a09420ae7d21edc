"""What ``--history`` and ``--diff`` tell: nothing is asked, all of it was kept."""

from dataclasses import dataclass
from datetime import date

from pve_backup_report.model.day import DayState
from pve_backup_report.model.past import Change, KeptRun, Met, State


@dataclass(frozen=True, slots=True)
class KeptHistory:
    """The runs of one cluster.

    Attributes:
        cluster: what the history calls it.
        runs: the oldest first.
        met: due backups met over 7, 30 and 90 days up to the newest run.
    """

    cluster: str
    runs: tuple[KeptRun, ...]
    met: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class Era:
    """Runs in a row in which one thing was the same.

    Attributes:
        since: epoch of the first.
        until: epoch of the first one after them; None while it is the same.
        state: what was known of it.
    """

    since: int
    until: int | None
    state: State


@dataclass(frozen=True, slots=True)
class KeptGuest:
    """What the runs knew of one guest.

    Attributes:
        cluster: what the history calls it.
        key: such as ``qemu/103``.
        at: epoch of the newest run.
        eras: how it stood, the newest first.
        backups: its newest good backups as they came, the newest first.
        days: how its days went, the oldest first.
    """

    cluster: str
    key: str
    at: int
    eras: tuple[Era, ...]
    backups: tuple[Era, ...]
    days: tuple[tuple[date, DayState], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs of one cluster, compared.

    Attributes:
        cluster: what the history calls it.
        before: the earlier run.
        after: the later run.
        changes: what is not as it was.
    """

    cluster: str
    before: KeptRun
    after: KeptRun
    changes: tuple[Change, ...]
