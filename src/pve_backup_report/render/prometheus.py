"""The report as metrics for the textfile collector of node_exporter.

Labels are those of prometheus-pve-exporter (``id="qemu/100"``), so that its series can be joined. Every series has a
``cluster``: files of several clusters then lie side by side.
"""

from collections import Counter

from pve_backup_report.anomalies.catalogue import all_rules
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.report import Report
from pve_backup_report.render.absent import Absent
from pve_backup_report.render.exposition import Family, exposition, written
from pve_backup_report.render.guest_metrics import guest_families
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import calendar_shows

_PREFIX = "pve_backup_report_"


def prometheus_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return the metrics; they are the same in every language."""
    del language, dress
    name = report.analysis.cluster.name or str(Absent.UNKNOWN)
    families = [
        *_run(report, name), *_numbers(report, name), *_anomalies(report, name), *_gaps(report, name),
        *_jobs(report, name), *guest_families(report, name),
    ]  # fmt: skip
    return exposition(_PREFIX, families)


def _run(report: Report, name: str) -> list[Family]:
    cluster = report.analysis.cluster
    build = Family("build_info", "The version of pve-backup-report, in a label; always 1.")
    build.add(1, written(cluster=name, version=report.tool_version))
    ran = Family("run_timestamp_seconds", "When the cluster was asked.")
    ran.add(cluster.asked_at, written(cluster=name))
    told = Family("cluster_info", "What is known of the cluster, in labels; always 1.")
    told.add(1, written(cluster=name, id=f"cluster/{name}", version=cluster.version or ""))
    complete = Family("list_complete", "1 when the list is proven whole, 0 when there may be more than was seen.")
    sight = cluster.sight
    lists = {"guests": sight.guests, "jobs": sight.jobs, "pools": sight.pools, "storages": sight.storages}
    for each, whole in lists.items():
        complete.add(int(whole), written(cluster=name, list=each))
    return [build, ran, told, complete]


def _numbers(report: Report, name: str) -> list[Family]:
    summary = report.summary
    guests = Family("guests", "How many guests have each verdict.")
    freshness = Family("guests_by_freshness", "How many guests have each freshness.")
    for code in ("covered", "partial", "uncovered", "undetermined", "exempt"):
        guests.add(getattr(summary, code), written(cluster=name, verdict=code))
    counted = {code: getattr(summary, code) for code in ("fresh", "late", "never", "unknown")}
    for code, number in (counted | {"none-due": summary.guests - sum(counted.values())}).items():
        freshness.add(number, written(cluster=name, freshness=code))
    return [guests, freshness]


def _anomalies(report: Report, name: str) -> list[Family]:
    """Return the anomalies; each code has a series at all times, so that none vanishes when it is mended."""
    severities = Family("anomalies", "How many anomalies have each severity, those aside that are acknowledged.")
    found = Counter(anomaly.severity for anomaly in report.open)
    for severity in sorted(Severity, reverse=True):
        severities.add(found[severity], written(cluster=name, severity=str(severity)))
    codes = Family("anomalies_by_code", "How many anomalies have each code and severity.")
    pairs = Counter((anomaly.code, anomaly.severity) for anomaly in report.open)
    usual = {(rule.code, rule.severity) for rule in all_rules()}
    for code, severity in sorted(usual | set(pairs)):
        codes.add(pairs[code, severity], written(cluster=name, code=code, severity=str(severity)))
    known = Family("anomalies_acknowledged", "How many anomalies somebody answers for, by the policy.")
    known.add(report.summary.acknowledged, written(cluster=name))
    return [severities, codes, known]


def _gaps(report: Report, name: str) -> list[Family]:
    gaps = report.analysis.cluster.gaps
    kinds = Family("gaps", "How many answers are missing or short, by kind.")
    for kind in GapKind:
        kinds.add(sum(gap.kind is kind for gap in gaps), written(cluster=name, kind=str(kind)))
    blinding = Family("gaps_blinding", "How many missing or short answers keep each thing from being known.")
    for blind in Blind:
        blinding.add(sum(blind in gap.blinds for gap in gaps), written(cluster=name, blinds=str(blind)))
    return [kinds, blinding]


def _jobs(report: Report, name: str) -> list[Family]:
    enabled = Family("job_enabled", "1 when the backup job is enabled, else 0.")
    selected = Family("job_guests", "How many guests the backup job selects.")
    due = Family("job_next_due_timestamp_seconds", "When the backup job is due next.")
    missing = Family("job_value_missing", "1 for each value without a series: there is none, or it is unknown.")
    for verdict in sorted(report.analysis.jobs, key=lambda verdict: verdict.job.id):
        job = verdict.job.id
        enabled.add(int(verdict.job.enabled), written(cluster=name, job=job))
        if verdict.guests is None:
            missing.add(1, written(cluster=name, job=job, metric="guests", why="unknown"))
        else:
            selected.add(len(verdict.guests), written(cluster=name, job=job))
        if verdict.next_due is None or not calendar_shows(verdict.next_due):
            missing.add(1, written(cluster=name, job=job, metric="next_due_timestamp_seconds", why="none"))
        else:
            due.add(verdict.next_due, written(cluster=name, job=job))
    return [enabled, selected, due, missing]
