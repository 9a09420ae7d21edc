"""An entry that fits nothing is told, and only when nothing that it could fit was hidden."""

from dataclasses import replace

from anomalies.build import found, gap, guest, only, severity, sight
from anomalies.policies import TODAY, exempt, judge, known, rule, tagged, vmid
from pve_backup_report.anomalies.catalogue import find_anomalies
from pve_backup_report.anomalies.policy_entry_unused import POLICY_ENTRY_UNUSED
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.policy import Selector


def unused(analysis: Analysis) -> list[str]:
    """The subjects, when all the anomalies are known."""
    return [one.subject for one in find_anomalies(analysis) if one.code == "policy-entry-unused"]


def test_loud_about_a_guest_that_does_not_exist() -> None:
    finding = only(POLICY_ENTRY_UNUSED, judge(exempt(vmid(999))))
    assert severity(POLICY_ENTRY_UNUSED, finding) is Severity.NOTICE
    assert (finding.subject, finding.details["entry"]) == ("policy/exempt-1", "[[exempt]] 1 (L10)")


def test_loud_when_all_that_it_asks_for_fits_no_single_guest() -> None:
    finding = only(POLICY_ENTRY_UNUSED, judge(rule(replace(vmid(100), names=("db",)), copies=2)))
    assert finding.subject == "policy/rule-1"


def test_loud_about_an_acknowledgement_of_nothing() -> None:
    assert unused(judge(known("node-offline"))) == ["policy/acknowledge-1"]
    assert found(POLICY_ENTRY_UNUSED, judge(known("node-offline"))) == ()  # before the anomalies are known


def test_quiet_when_it_fits() -> None:
    judged = judge(exempt(vmid(100)), rule(copies=2), known("guest-uncovered", "qemu/101"), tagged("nobackup"), jobs=())
    assert found(POLICY_ENTRY_UNUSED, judged) == ()
    assert unused(judged) == []


def test_an_acknowledgement_of_an_anomaly_of_the_policy_itself_is_none() -> None:
    assert unused(judge(exempt(vmid(100), until=None), known("policy-entry-without-end"))) == []
    assert unused(judge(exempt(vmid(999)), known("policy-entry-unused", "policy/exempt-1"))) == ["policy/exempt-1"]


def test_quiet_when_it_does_not_count() -> None:
    assert found(POLICY_ENTRY_UNUSED, judge(exempt(vmid(998), until=TODAY.replace(day=3)))) == ()
    elsewhere = exempt(replace(vmid(999), clusters=("other",)))
    assert unused(judge(elsewhere, exempt(vmid(998), 2, until=TODAY.replace(day=3)))) == []


def test_blind_when_the_guests_were_not_all_seen() -> None:
    assert found(POLICY_ENTRY_UNUSED, judge(exempt(vmid(999)), sight=sight(guests=False))) == ()


def test_blind_when_it_cannot_be_told_whether_it_fits() -> None:
    unseen = guest(100, volumes=None, snapshots=None)
    assert found(POLICY_ENTRY_UNUSED, judge(exempt(Selector(tags=("lab",))), guests=(unseen,))) == ()
    assert found(POLICY_ENTRY_UNUSED, judge(exempt(Selector(pools=("lab",))), sight=sight(pools=False))) == ()


def test_blind_when_a_missing_answer_could_hide_the_anomaly() -> None:
    hidden = gap("/nodes/pve2/tasks", GapKind.FAILED, Blind.EVIDENCE)
    judged = judge(known("last-backup-failed"), gaps=(hidden,))
    assert unused(judged) == []
    assert found(POLICY_ENTRY_UNUSED, judged) == ()
