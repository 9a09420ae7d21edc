"""An answer that was shortened, cut, assumed, or cannot be shown to be whole."""

from collections.abc import Iterator

from pve_backup_report.anomalies.gap_group import GapGroup, gap_groups
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.gap import Blind, Gap, GapKind

_SHORT = (GapKind.FILTERED, GapKind.UNPROVEN, GapKind.LIMITED, GapKind.NOT_ASKED, GapKind.ASSUMED)
_DECIDES = {Blind.INVENTORY, Blind.COVERAGE}


def _find(analysis: Analysis) -> Iterator[Finding]:
    cluster = analysis.cluster
    offline = {f"/nodes/{node.name}" for node in cluster.nodes if node.online is False}
    disabled = tuple(f"/storage/{storage.id}/content" for storage in cluster.storages if not storage.enabled)
    told = (gap for gap in cluster.gaps if gap.kind in _SHORT and not _is_known(gap, offline, disabled))
    for group in gap_groups(told):
        yield Finding(
            subject=f"api/{group.endpoint}",
            details={
                "endpoint": group.endpoint,
                "count": len(group.gaps),
                "kind": str(group.kind),
                "causes": group.errors,
                "needs": group.needs,
                "blinds": tuple(str(blind) for blind in group.blinds),
            },
            severity=_severity(group),
        )


def _is_known(gap: Gap, offline: set[str], disabled: tuple[str, ...]) -> bool:
    """Whether the gap needs no alarm of its own: a node that is down has one, a disabled storage is meant to be so."""
    return gap.endpoint in offline or (gap.kind is GapKind.NOT_ASKED and gap.endpoint.endswith(disabled))


def _severity(group: GapGroup) -> Severity | None:
    if _DECIDES & set(group.blinds):
        return Severity.WARNING
    return None if group.blinds else Severity.INFO


RESPONSE_INCOMPLETE = Rule(
    code="response-incomplete",
    severity=Severity.NOTICE,
    component="api",
    message="Not everything behind {endpoint} was seen (requests: {count}). It keeps from being known: {blinds}.",
    remedy="Missing rights: {needs}. Where no right is missing, the list of what was not seen tells the cause; this "
    "program’s own limits are PVE_TASK_HISTORY_LIMIT and PVE_TASK_LOG_LIMIT.",
    find=_find,
)
