"""Guests whose backups nobody has restored for too long, when somebody wants to know."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.verdict import Verdict


def _find(analysis: Analysis) -> Iterator[Finding]:
    limit = analysis.wishes.restore_test_age_s
    if limit is None:
        return
    since = analysis.cluster.asked_at - limit
    without = [
        verdict.guest.vmid
        for verdict in analysis.guests
        if verdict.verdict not in (Verdict.UNCOVERED, Verdict.EXEMPT)
        and not any(restore.ok and restore.at >= since for restore in verdict.restores)
    ]
    if without:
        yield Finding(
            subject="restore-tests",
            details={"vmids": tuple(without), "count": len(without), "limit_s": limit},
        )


RESTORE_TEST_MISSING = Rule(
    code="restore-test-missing",
    severity=Severity.NOTICE,
    component="evidence",
    message="No successful restore is known within {limit_s} of the backups of these guests: {vmids} ({count} in all).",
    remedy="Restore one of them into a new guest id and start it without a network, then write it into the register "
    "that REPORT_RESTORE_TESTS names. A restore seen in the task history counts by itself.",
    find=_find,
)
