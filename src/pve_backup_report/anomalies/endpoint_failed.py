"""A question that Proxmox did not answer."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.gap import GapKind

_FAILED = (GapKind.REFUSED, GapKind.FAILED, GapKind.UNUSABLE)


def _find(analysis: Analysis) -> Iterator[Finding]:
    for gap in analysis.cluster.gaps:
        if gap.kind in _FAILED:
            yield Finding(
                subject=f"api/{gap.endpoint}",
                details={
                    "endpoint": gap.endpoint,
                    "error": gap.detail,
                    "needs": gap.needs,
                    "blinds": tuple(str(blind) for blind in gap.blinds),
                },
                severity=None if gap.blinds else Severity.INFO,
            )


ENDPOINT_FAILED = Rule(
    code="endpoint-failed",
    severity=Severity.WARNING,
    component="api",
    message="{endpoint} was not answered: {error}.",
    remedy="Give the token the right named by --check-api, or mend what the error names; "
    "until then the report cannot tell what this endpoint would.",
    find=_find,
)
