"""An entry that ends within two weeks is told before it does."""

from dataclasses import replace
from datetime import timedelta

from anomalies.build import found, only, severity
from anomalies.policies import TODAY, exempt, judge, known, vmid
from pve_backup_report.anomalies.policy_entry_expires_soon import POLICY_ENTRY_EXPIRES_SOON
from pve_backup_report.model.anomaly import Severity


def test_loud_from_two_weeks_before_to_the_last_day() -> None:
    for days in (0, 13):
        finding = only(POLICY_ENTRY_EXPIRES_SOON, judge(exempt(vmid(100), until=TODAY + timedelta(days=days))))
        assert severity(POLICY_ENTRY_EXPIRES_SOON, finding) is Severity.INFO
        assert finding.details["vmids"] == (100,)


def test_quiet_before_and_after_that() -> None:
    for days in (-1, 14):
        assert found(POLICY_ENTRY_EXPIRES_SOON, judge(exempt(vmid(100), until=TODAY + timedelta(days=days)))) == ()
    assert found(POLICY_ENTRY_EXPIRES_SOON, judge(exempt(vmid(100), until=None))) == ()


def test_blind_when_the_name_of_the_cluster_was_not_seen() -> None:
    soon = replace(known("node-offline", until=TODAY), clusters=("lab",))
    assert found(POLICY_ENTRY_EXPIRES_SOON, judge(soon, name=None)) == ()
    assert only(POLICY_ENTRY_EXPIRES_SOON, judge(soon)).subject == "policy/acknowledge-1"
