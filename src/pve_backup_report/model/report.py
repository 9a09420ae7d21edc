"""The report: the cluster, the conclusions, and what is wrong."""

from dataclasses import dataclass

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Anomaly, Severity
from pve_backup_report.model.past import Past


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of the first screen; of the anomalies, those that nobody has acknowledged, and how many are."""

    guests: int
    covered: int
    partial: int
    uncovered: int
    undetermined: int
    exempt: int
    fresh: int
    late: int
    never: int
    unknown: int
    errors: int
    warnings: int
    notices: int
    infos: int
    acknowledged: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """All that a renderer needs. It is equal to itself alone: to compare two of them would be to compare two clusters.

    Attributes:
        tool_version: version of this program.
        analysis: the cluster and the conclusions.
        anomalies: the most severe first, then by code and subject.
        summary: the counts.
        past: what the history adds; None when none is kept.
    """

    tool_version: str
    analysis: Analysis
    anomalies: tuple[Anomaly, ...]
    summary: Summary
    past: Past | None = None

    @property
    def open(self) -> tuple[Anomaly, ...]:
        """The anomalies that nobody has acknowledged."""
        return tuple(anomaly for anomaly in self.anomalies if anomaly.acknowledged is None)

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst of those; None when there is none."""
        return max((anomaly.severity for anomaly in self.open), default=None)
