"""Guests of which it cannot be told whether the backup that was due exists."""

from collections.abc import Iterator

from pve_backup_report.anomalies.newest_failure import newest_failures
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.verdict import Freshness, Reason, Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    failed = newest_failures(analysis)
    unknown = [
        verdict.guest
        for verdict in analysis.guests
        if verdict.freshness is Freshness.UNKNOWN
        # of a guest whose jobs were not seen, and of one whose last attempt failed, other rules tell
        and (verdict.verdict is not Verdict.UNDETERMINED or verdict.reason is Reason.VOLUMES_NOT_VISIBLE)
        and verdict.guest.vmid not in failed
    ]
    if unknown:
        nodes, homes = analysis.cluster.nodes, {guest.node for guest in unknown}
        yield Finding(
            subject="cluster",
            details={
                "count": len(unknown),
                "vmids": tuple(guest.vmid for guest in unknown),
                "storages": _not_listed(analysis.cluster),
                "nodes": tuple(node.name for node in nodes if not node.tasks_seen or node.history_since is None),
                # without its zone a node's schedules cannot be placed in time
                "zones": tuple(node.name for node in nodes if node.timezone is None and node.name in homes),
            },
        )


def _not_listed(cluster: Cluster) -> tuple[str, ...]:
    """Return the storages in use of which no listing shows every backup."""
    whole = {(listing.storage, listing.node) for listing in cluster.listings if listing.whole}
    found = []
    for storage in cluster.storages:
        if storage.enabled and storage.takes_backups:
            nodes = [None] if storage.shared else [node.name for node in cluster.nodes if storage.on_node(node.name)]
            if any((storage.id, node) not in whole for node in nodes):
                found.append(storage.id)
    return tuple(found)


BACKUP_UNKNOWN = Rule(
    code="backup-unknown",
    severity=Severity.INFO,
    component="evidence",
    message="It cannot be told whether the backups that were due exist. Guests: {vmids}. Storages that were not "
    "listed in full: {storages}. Nodes whose tasks were not all seen: {nodes}. Nodes whose time zone was not seen: "
    "{zones}.",
    remedy="Let the token see the backups on these storages, or every task of these nodes, and their time zones: "
    "pve-backup-report --check-api names the rights. What a task history no longer holds only a storage can show.",
    find=_find,
)
