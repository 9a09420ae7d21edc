"""A question that Proxmox did not answer."""

import re
from collections.abc import Iterator, Mapping

from pve_backup_report.anomalies.gap_group import gap_groups
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.anomalies.storage_not_available import unavailable_storages
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.gap import Gap, GapKind

_STORAGE = re.compile(r"/storage/([^/]+)/")
_FAILED = (GapKind.REFUSED, GapKind.FAILED, GapKind.UNUSABLE)


def _find(analysis: Analysis) -> Iterator[Finding]:
    pools = analysis.cluster.sight.pools_absent
    storages = unavailable_storages(analysis)
    told = (gap for gap in analysis.cluster.gaps if gap.kind in _FAILED and not _has_own_alarm(gap, pools, storages))
    for group in gap_groups(told):
        yield Finding(
            subject=f"api/{group.endpoint}",
            details={
                "endpoint": group.endpoint,
                "count": len(group.gaps),
                "errors": group.errors,
                "needs": group.needs,
                "blinds": tuple(str(blind) for blind in group.blinds),
            },
            severity=None if group.blinds else Severity.INFO,
        )


def _has_own_alarm(gap: Gap, pools: frozenset[str], storages: Mapping[str, object]) -> bool:
    """Whether the cause of the failure is told by another rule: a missing pool, or a storage that is down."""
    if any(f"pool '{pool}' does not exist" in gap.detail for pool in pools):
        return True
    storage = _STORAGE.search(gap.endpoint)
    return gap.kind is GapKind.FAILED and storage is not None and storage[1] in storages


ENDPOINT_FAILED = Rule(
    code="endpoint-failed",
    severity=Severity.WARNING,
    component="api",
    message="{endpoint} was not answered (requests: {count}): {errors}.",
    remedy="Missing rights: {needs}. Where no right is missing, mend what the error names. pve-backup-report "
    "--check-api shows each question, its right, and the line to try by hand.",
    find=_find,
)
