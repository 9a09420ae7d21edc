"""When a channel is used."""

from dataclasses import replace

import pytest

from pve_backup_report.deliver.occasion import is_due
from pve_backup_report.model.anomaly import Anomaly, Severity
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, Reason, Verdict
from render.sample_facts import anomaly, covered, guest, judged
from render.sample_report import SEES_LITTLE, healthy, report_of

GOOD = covered(guest(100, "web"))
GAP = Gap("/nodes/pve2/tasks", GapKind.FAILED, "HTTP 595", None, (Blind.EVIDENCE,))


def found(severity: Severity) -> Anomaly:
    return anomaly("x", severity, "qemu/100", message="x", remedy="x", details={})


TROUBLED = {
    "a warning": report_of((GOOD,), anomalies=(found(Severity.WARNING),)),
    "an error": report_of((GOOD,), anomalies=(found(Severity.ERROR),)),
    "uncovered": report_of((judged(guest(100, "web"), Verdict.UNCOVERED, Reason.NO_JOB),)),
    "partial": report_of((covered(guest(100, "web"), verdict=Verdict.PARTIAL, reason=Reason.VOLUME_LEFT_OUT),)),
    "undetermined": report_of((judged(guest(100, "web"), Verdict.UNDETERMINED, Reason.JOBS_NOT_VISIBLE),)),
    "late": report_of((covered(guest(100, "web"), freshness=Freshness.LATE),)),
    "never": report_of((covered(guest(100, "web"), freshness=Freshness.NEVER),)),
    "unknown": report_of((covered(guest(100, "web"), freshness=Freshness.UNKNOWN),)),
    "a gap": report_of((GOOD,), gaps=(GAP,)),
    "guests hidden": report_of((GOOD,), sight=SEES_LITTLE),
}
CALM = {
    "healthy": healthy(),
    "a notice": report_of((GOOD,), anomalies=(found(Severity.NOTICE),)),
    "exempt": report_of((judged(guest(100, "web"), Verdict.EXEMPT, Reason.EXCLUDED),)),
    "no guest": report_of(()),
}


@pytest.mark.parametrize("report", TROUBLED.values(), ids=TROUBLED)
def test_what_is_wrong_or_unseen_is_told(report: Report) -> None:
    assert is_due("problems", report, changed=False)


@pytest.mark.parametrize("report", CALM.values(), ids=CALM)
def test_what_is_well_is_not(report: Report) -> None:
    assert not is_due("problems", report, changed=True)
    assert is_due("always", report, changed=False)


@pytest.mark.parametrize(("changed", "due"), [(True, True), (False, False), (None, True)])
def test_a_change_that_is_not_known_of_counts_as_one(changed: bool | None, due: bool) -> None:  # noqa: FBT001 -- parameters
    assert is_due("change", healthy(), changed=changed) is due
    assert is_due("change", TROUBLED["an error"], changed=changed) is due


def test_backup_servers_alone_are_no_problem() -> None:
    report = report_of(())
    cluster = replace(report.analysis.cluster, asked=False, sight=SEES_LITTLE)
    alone = replace(report, analysis=replace(report.analysis, cluster=cluster))
    assert not is_due("problems", alone, changed=None)
