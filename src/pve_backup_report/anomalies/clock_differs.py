"""Nodes whose clocks are more than a minute apart."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_ALLOWED_S = 60


def _find(analysis: Analysis) -> Iterator[Finding]:
    offsets = sorted((node.clock_offset, node.name) for node in analysis.cluster.nodes if node.clock_offset is not None)
    if not offsets:
        return
    (least, behind), (most, ahead) = offsets[0], offsets[-1]
    if most - least > _ALLOWED_S:
        yield Finding(
            subject=f"node/{ahead}" if abs(most) >= abs(least) else f"node/{behind}",
            details={"behind": behind, "ahead": ahead, "difference_s": most - least},
        )


CLOCK_DIFFERS = Rule(
    code="clock-differs",
    severity=Severity.WARNING,
    component="node",
    message="The clock of {ahead} is {difference_s} ahead of that of {behind}: backups start at different times than "
    "their schedule says, and tasks and archives are hard to match.",
    remedy="Compare timedatectl on both nodes, and see whether chrony runs and reaches its servers (chronyc sources).",
    find=_find,
)
