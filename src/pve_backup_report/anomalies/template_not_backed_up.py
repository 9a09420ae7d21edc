"""A template that no effective job selects."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        guest = verdict.guest
        if verdict.verdict is Verdict.UNCOVERED and guest.template:
            yield Finding(
                subject=guest.key,
                details={"vmid": guest.vmid, "name": guest.name, "node": guest.node, "reason": str(verdict.reason)},
            )


TEMPLATE_NOT_BACKED_UP = Rule(
    code="template-not-backed-up",
    severity=Severity.NOTICE,
    component="coverage",
    message="No effective backup job selects template {vmid} ({name}) on {node}: {reason}.",
    remedy="If the template can be built again, nothing is to be done. Otherwise add it to a backup job: one archive "
    "is enough, since a template does not change.",
    find=_find,
)
