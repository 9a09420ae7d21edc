"""Whether this run is worth a message, for a channel that is not used after every one."""

from pve_backup_report.anomalies.acknowledged_states import open_states
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, Verdict
from pve_backup_report.settings.channel_groups import CHANGE, PROBLEMS

_FINE = frozenset({Verdict.COVERED, Verdict.EXEMPT, Freshness.FRESH})


def is_due(on: str, report: Report, *, changed: bool | None) -> bool:
    """Say whether a channel is to be used; when in doubt it is, since silence must never come from not knowing.

    Args:
        on: ``always``, ``problems`` or ``change``.
        report: what was found.
        changed: whether anything is other than at the last run; None when that is not known.
    """
    if on == PROBLEMS:
        return has_problems(report)
    return on != CHANGE or changed is not False


def has_problems(report: Report) -> bool:
    """Say whether something is wrong that nobody answers for, or was not seen and could be."""
    cluster = report.analysis.cluster
    return bool(
        any(anomaly.severity >= Severity.WARNING for anomaly in report.open)
        or open_states(report.analysis.guests, report.anomalies) - _FINE
        or cluster.gaps
        or (cluster.asked and not cluster.sight.guests)
    )
