"""A covered guest whose newest good backup is older than the limit set by hand."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.policy_use import NO_DEMANDS
from pve_backup_report.model.verdict import Freshness, Verdict

_JUDGED = (Verdict.COVERED, Verdict.PARTIAL)


def _find(analysis: Analysis) -> Iterator[Finding]:
    for verdict in analysis.guests:
        limit = analysis.policy_use.demands.get(verdict.guest.vmid, NO_DEMANDS).max_age_s or analysis.wishes.max_age_s
        success = verdict.last_success
        # of a guest that is late or never backed up, or whose evidence is not whole, another rule tells
        if (
            limit is None
            or verdict.verdict not in _JUDGED
            or verdict.freshness is not Freshness.FRESH
            or success is None
        ):
            continue
        age = analysis.cluster.asked_at - success.at
        if age > limit:
            guest = verdict.guest
            yield Finding(
                subject=guest.key,
                details={
                    "vmid": guest.vmid,
                    "name": guest.name,
                    "last_good_at": success.at,
                    "age_s": age,
                    "limit_s": limit,
                },
            )


BACKUP_TOO_OLD = Rule(
    code="backup-too-old",
    severity=Severity.WARNING,
    component="evidence",
    message="The newest good backup of guest {vmid} ({name}) is {age_s} old, of {last_good_at}: it is on schedule, but "
    "older than the limit of {limit_s}.",
    remedy="Let a job back this guest up more often, or raise the limit: REPORT_MAX_AGE, or max_age in the policy.",
    find=_find,
)
