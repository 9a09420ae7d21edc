"""A guest with fewer copies away than the policy asks for is told."""

from dataclasses import replace

from anomalies.build import facts, found, listing, only
from anomalies.policies import exempt, judge, rule, vmid
from pve_backup_report.anomalies.policy_offsite_missing import POLICY_OFFSITE_MISSING
from pve_backup_report.coverage.analysis import analyse


def test_loud_when_no_copy_is_away() -> None:
    finding = only(POLICY_OFFSITE_MISSING, judge(rule(vmid(101), offsite_copies=1)))
    assert (finding.subject, facts(finding, "there", "wanted")) == ("qemu/101", {"there": 0, "wanted": 1})


def test_loud_when_the_place_named_holds_nothing() -> None:
    assert (
        only(POLICY_OFFSITE_MISSING, judge(rule(vmid(100), offsite=("far",), offsite_copies=1))).subject == "qemu/100"
    )


def test_quiet_when_the_rule_names_a_place_that_holds_one() -> None:
    assert found(POLICY_OFFSITE_MISSING, judge(rule(offsite=("pbs",), offsite_copies=1))) == ()


def test_quiet_when_the_settings_name_it() -> None:
    judged = judge(rule(offsite_copies=1))
    wishes = replace(judged.wishes, offsite=frozenset({"nas"}))
    assert found(POLICY_OFFSITE_MISSING, analyse(judged.cluster, wishes)) == ()


def test_quiet_about_an_exempt_guest() -> None:
    assert found(POLICY_OFFSITE_MISSING, judge(exempt(vmid(100, 101)), rule(offsite_copies=1))) == ()


def test_blind_when_not_every_place_was_seen() -> None:
    unseen = judge(rule(offsite_copies=1), listings=(listing("nas"), listing("pbs", whole=False)))
    assert found(POLICY_OFFSITE_MISSING, unseen) == ()
