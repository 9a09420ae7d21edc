"""The report as machines read it: the promise ``pve-backup-report/1``, written by hand from the model.

Codes and enumerated values are the same in every language; ``message``, ``remedy`` and a gap's ``reason`` are not.
"""

from pve_backup_report.coverage.days import days_shown
from pve_backup_report.coverage.sizes import Sizes, sizes_of
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.report import Report, Summary
from pve_backup_report.model.room import Room
from pve_backup_report.render.cluster_data import (
    gaps_data,
    job_verdict_data,
    nodes_data,
    pools_data,
    sight_data,
    storages_data,
)
from pve_backup_report.render.data import Data
from pve_backup_report.render.guest_data import backup_data, verdict_data
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.past_data import past_data
from pve_backup_report.render.pbs_data import pbs_data, retention_data
from pve_backup_report.render.policy_data import acknowledged_data, exemptions_data, policy_data
from pve_backup_report.render.sentence import machine_detail, message_of, remedy_of
from pve_backup_report.render.wording import Wording

SCHEMA = "pve-backup-report/1"


def report_data(report: Report, language: Language) -> Data:
    """Return the whole report as plain values for JSON.

    Args:
        report: what to render.
        language: of ``message``, ``remedy`` and a gap's ``reason``.
    """
    wording = Wording.of(report, language)
    analysis = report.analysis
    return {
        "schema": SCHEMA,
        "tool_version": report.tool_version,
        "generated_at": rfc3339(analysis.cluster.asked_at),
        "cluster": cluster_data(analysis.cluster),
        "summary": summary_data(report.summary),
        "sizes": _sizes(sizes_of(analysis.guests)),
        "days": _days(wording),
        "guests": guests_data(analysis),
        "jobs": jobs_data(analysis),
        "storages": storages_data(analysis.cluster),
        "rooms": [_room(room) for room in analysis.rooms],
        "pools": pools_data(analysis.cluster),
        "pbs": pbs_data(analysis.cluster.pbs),
        "retention": retention_data(analysis),
        "anomalies": [anomaly_data(anomaly, wording) for anomaly in report.anomalies],
        "exemptions": exemptions_data(analysis),
        "policy": policy_data(analysis),
        "gaps": gaps_data(analysis.cluster, wording),
        "history": past_data(report.past),
        "complete": sight_data(analysis.cluster.sight),
        "orphans": [backup_data(backup) for backup in sorted(analysis.orphans, key=_orphan_order)],
    }


def cluster_data(cluster: Cluster) -> Data:
    """Return the cluster's own facts, its nodes among them."""
    return {
        "name": cluster.name,
        "version": cluster.version,
        "nodes": nodes_data(cluster),
        "quorate": cluster.quorate,
        "timezone": cluster.timezone,
    }


def summary_data(summary: Summary) -> Data:
    """Return the counts."""
    return {
        "guests": summary.guests,
        "covered": summary.covered,
        "partial": summary.partial,
        "uncovered": summary.uncovered,
        "undetermined": summary.undetermined,
        "exempt": summary.exempt,
        "fresh": summary.fresh,
        "late": summary.late,
        "never": summary.never,
        "unknown": summary.unknown,
        "anomalies": {
            "error": summary.errors,
            "warning": summary.warnings,
            "notice": summary.notices,
            "info": summary.infos,
        },
        "acknowledged": summary.acknowledged,
    }


def guests_data(analysis: Analysis) -> list[Data]:
    """Return every guest with its conclusions, by vmid."""
    return [verdict_data(verdict) for verdict in sorted(analysis.guests, key=lambda verdict: verdict.guest.vmid)]


def jobs_data(analysis: Analysis) -> list[Data]:
    """Return every job with its conclusions, by id."""
    effective: dict[str, list[int]] = {}
    for verdict in sorted(analysis.guests, key=lambda verdict: verdict.guest.vmid):
        for match in verdict.jobs:
            if match.effective:
                effective.setdefault(match.job, []).append(verdict.guest.vmid)
    return [
        job_verdict_data(verdict, effective.get(verdict.job.id, []))
        for verdict in sorted(analysis.jobs, key=lambda verdict: verdict.job.id)
    ]


def _sizes(sizes: Sizes) -> Data:
    return {
        "covered": sizes.covered,
        "uncovered": sizes.uncovered,
        "undetermined": sizes.undetermined,
        "exempt": sizes.exempt,
        "guests_of_unknown_size": sizes.unsized,
    }


def _days(wording: Wording) -> Data:
    shown = days_shown(wording.now, wording.zone)
    return {"first": shown[0].isoformat(), "last": shown[-1].isoformat(), "timezone": wording.zone.key}


def _room(room: Room) -> Data:
    return {
        "storage": room.storage,
        "node": None if room.shared else room.node,
        "job": room.job,
        "next_run": rfc3339(room.due),
        "needed": room.needed,
        "free": room.free,
        "guests": list(room.vmids),
    }


def anomaly_data(anomaly: Anomaly, wording: Wording) -> Data:
    """Return one anomaly with its message and its remedy."""
    return {
        "code": anomaly.code,
        "severity": str(anomaly.severity),
        "component": anomaly.component,
        "subject": anomaly.subject,
        "message": message_of(anomaly, wording),
        "remedy": remedy_of(anomaly, wording),
        "details": {name: machine_detail(name, anomaly.details[name]) for name in sorted(anomaly.details)},
        "usual_severity": None if anomaly.usual is None else str(anomaly.usual),
        "acknowledged": acknowledged_data(anomaly),
    }


def _orphan_order(backup: Backup) -> tuple[int, int, str]:
    return (backup.vmid if backup.vmid is not None else -1, backup.at, backup.volid)
