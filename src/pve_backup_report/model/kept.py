"""What ``--history`` and ``--diff`` tell: nothing is asked, all of it was kept."""

from dataclasses import dataclass

from pve_backup_report.model.past import Change, KeptRun, Met


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
