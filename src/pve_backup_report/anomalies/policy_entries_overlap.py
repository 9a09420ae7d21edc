"""Entries of the policy that speak about the same guest or anomaly."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    use = analysis.policy_use
    for dispute in use.disputes:
        yield Finding(
            subject=dispute.entries[0].subject,
            details={
                "about": dispute.about,
                "entries": tuple(origin.label for origin in dispute.entries),
                "file": use.policy.file,
                "vmids": dispute.vmids,
                "subjects": dispute.subjects,
            },
        )


POLICY_ENTRIES_OVERLAP = Rule(
    code="policy-entries-overlap",
    severity=Severity.NOTICE,
    component="policy",
    message="Entries of the policy speak about the same ({about}): {entries}. Guests: {vmids}. Anomalies: {subjects}.",
    remedy="Keep one of them: of exemptions and acknowledgements the first counts, and when it ends or is removed the "
    "next one goes on; of rules the strictest counts. pve-backup-report --check-policy shows what each entry fits.",
    find=_find,
)
