"""Exemptions that count for ever are told, all at once."""

from dataclasses import replace

from anomalies.build import facts, found, guest, only, severity
from anomalies.policies import exempt, judge, rule, tagged, vmid
from pve_backup_report.anomalies.policy_entry_without_end import POLICY_ENTRY_WITHOUT_END
from pve_backup_report.model.anomaly import Severity


def test_loud_about_all_of_them_at_once() -> None:
    finding = only(POLICY_ENTRY_WITHOUT_END, judge(exempt(vmid(100), until=None), exempt(vmid(101), 2, until=None)))
    assert severity(POLICY_ENTRY_WITHOUT_END, finding) is Severity.INFO
    assert facts(finding, "count", "vmids") == {"count": 2, "vmids": (100, 101)}


def test_quiet_about_those_with_a_day_about_rules_and_about_tags() -> None:
    guests = (guest(100, tags=("nobackup",)),)
    assert found(POLICY_ENTRY_WITHOUT_END, judge(exempt(vmid(100)), rule(), tagged("nobackup"), guests=guests)) == ()


def test_blind_to_entries_of_a_cluster_that_this_may_not_be() -> None:
    endless = exempt(replace(vmid(100), clusters=("lab",)), until=None)
    assert found(POLICY_ENTRY_WITHOUT_END, judge(endless, name=None)) == ()
