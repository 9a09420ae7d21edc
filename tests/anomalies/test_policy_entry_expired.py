"""An entry whose last day has passed counts no more, and is told."""

from dataclasses import replace
from datetime import timedelta

from anomalies.build import NOW, facts, found, only, severity
from anomalies.policies import TODAY, exempt, judge, known, rule, vmid
from pve_backup_report.anomalies.policy_entry_expired import POLICY_ENTRY_EXPIRED
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.policy import Selector
from pve_backup_report.model.verdict import Verdict

YESTERDAY = TODAY - timedelta(days=1)


def test_loud_on_the_day_after_and_the_guest_is_judged() -> None:
    judged = judge(exempt(vmid(100), until=YESTERDAY))
    finding = only(POLICY_ENTRY_EXPIRED, judged)
    assert severity(POLICY_ENTRY_EXPIRED, finding) is Severity.WARNING
    assert finding.subject == "policy/exempt-1"
    assert facts(finding, "last_day", "owner", "vmids") == {"last_day": "2026-03-03", "owner": "Ana", "vmids": (100,)}
    assert judged.guests[0].verdict is Verdict.COVERED


def test_loud_about_rules_and_acknowledgements_too() -> None:
    judged = judge(rule(copies=9, until=YESTERDAY), known("node-offline", until=YESTERDAY))
    assert [one.subject for one in found(POLICY_ENTRY_EXPIRED, judged)] == ["policy/rule-1", "policy/acknowledge-1"]
    assert judged.policy_use.demands == {}


def test_quiet_on_the_last_day_itself() -> None:
    judged = judge(exempt(vmid(100), until=TODAY))
    assert found(POLICY_ENTRY_EXPIRED, judged) == ()
    assert judged.guests[0].verdict is Verdict.EXEMPT


def test_quiet_without_a_last_day_and_about_another_cluster() -> None:
    elsewhere = exempt(replace(vmid(100), clusters=("other",)), until=YESTERDAY)
    assert found(POLICY_ENTRY_EXPIRED, judge(exempt(vmid(100), until=None), elsewhere)) == ()


def test_the_day_is_that_of_the_reports_zone() -> None:
    late = judge(exempt(vmid(100), until=TODAY), asked_at=NOW + 13 * 3600)  # 23:20 UTC
    assert found(POLICY_ENTRY_EXPIRED, late) == ()
    there = analyse(replace(late.cluster, timezone="Asia/Tokyo"), late.wishes)
    assert only(POLICY_ENTRY_EXPIRED, there).details["last_day"] == "2026-03-04"


def test_blind_to_the_guests_when_it_cannot_be_told_whom_it_was_about() -> None:
    judged = judge(exempt(Selector(pools=("lab",)), until=YESTERDAY), sight=replace(judge().cluster.sight, pools=False))
    assert only(POLICY_ENTRY_EXPIRED, judged).details["vmids"] == ()
