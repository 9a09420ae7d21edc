"""A guest with fewer copies than the policy asks for is told; the guest itself is one of them."""

from anomalies.build import facts, found, listing, only, severity
from anomalies.policies import exempt, judge, rule, vmid
from pve_backup_report.anomalies.policy_copies_missing import POLICY_COPIES_MISSING
from pve_backup_report.model.anomaly import Severity


def test_loud_when_a_place_is_missing() -> None:
    finding = only(POLICY_COPIES_MISSING, judge(rule(vmid(100), copies=4)))
    assert finding.subject == "qemu/100"
    assert severity(POLICY_COPIES_MISSING, finding) is Severity.WARNING
    assert facts(finding, "there", "wanted", "places", "rules") == {
        "there": 3, "wanted": 4, "places": ("nas", "pbs"), "rules": ("[[rule]] 1 (L101)",),
    }  # fmt: skip


def test_quiet_when_there_are_enough_or_nobody_asks() -> None:
    assert found(POLICY_COPIES_MISSING, judge(rule(copies=3))) == ()
    assert found(POLICY_COPIES_MISSING, judge(rule(vmid(999), copies=4))) == ()


def test_quiet_about_an_exempt_guest() -> None:
    assert found(POLICY_COPIES_MISSING, judge(exempt(vmid(100)), rule(vmid(100), copies=4))) == ()


def test_quiet_about_what_is_only_missing_away() -> None:
    assert found(POLICY_COPIES_MISSING, judge(rule(offsite_copies=1))) == ()


def test_blind_when_not_every_place_was_seen() -> None:
    unseen = judge(rule(vmid(100), copies=4), listings=(listing("nas"), listing("pbs", whole=False)))
    assert found(POLICY_COPIES_MISSING, unseen) == ()
