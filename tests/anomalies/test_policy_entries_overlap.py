"""Entries about the same guest or anomaly are told: removing one of them does not do what one thinks."""

import pytest

from anomalies.build import DAY, facts, found, guest, only, severity
from anomalies.policies import TODAY, exempt, judge, known, rule, tagged, vmid
from pve_backup_report.anomalies.catalogue import find_anomalies
from pve_backup_report.anomalies.policy_entries_overlap import POLICY_ENTRIES_OVERLAP
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.policy import GuestRule, Selector


def test_loud_about_two_exemptions_of_one_guest() -> None:
    finding = only(POLICY_ENTRIES_OVERLAP, judge(exempt(vmid(100, 101)), exempt(Selector(names=("we*",)), 2)))
    assert severity(POLICY_ENTRIES_OVERLAP, finding) is Severity.NOTICE
    assert facts(finding, "about", "entries", "vmids") == {
        "about": "exemption", "entries": ("[[exempt]] 1 (L10)", "[[exempt]] 2 (L20)"), "vmids": (100,),
    }  # fmt: skip


def test_loud_about_an_entry_and_a_tag() -> None:
    judged = judge(exempt(vmid(100)), tagged("nobackup"), guests=(guest(100, tags=("nobackup",)), guest(101, "db")))
    assert only(POLICY_ENTRIES_OVERLAP, judged).details["entries"] == ("[[exempt]] 1 (L10)", "EXEMPT_TAGS")


def test_loud_about_rules_that_contradict_each_other_and_the_strictest_counts() -> None:
    judged = judge(rule(vmid(100), max_age_s=DAY), rule(Selector(names=("web",)), 2, max_age_s=3 * DAY))
    assert only(POLICY_ENTRIES_OVERLAP, judged).details["about"] == "max_age"
    assert judged.policy_use.demands[100].max_age_s == DAY


def test_loud_about_two_acknowledgements_of_one_anomaly() -> None:
    twice = judge(known("guest-uncovered"), known("guest-uncovered", "qemu/*", 2), jobs=())
    subjects = [one.details["subjects"] for one in find_anomalies(twice) if one.code == "policy-entries-overlap"]
    assert subjects == [("qemu/100", "qemu/101")]
    assert found(POLICY_ENTRIES_OVERLAP, twice) == ()  # before the anomalies are known


@pytest.mark.parametrize(
    "rules",
    [
        (rule(vmid(100), max_age_s=DAY), rule(vmid(100), 2, max_age_s=DAY)),
        (rule(max_age_s=DAY), rule(vmid(100), 2, max_age_s=3 * DAY)),
        (rule(vmid(100), max_age_s=DAY), rule(vmid(101), 2, max_age_s=3 * DAY)),
        (rule(vmid(100), max_age_s=DAY), rule(vmid(100), 2, copies=2)),
    ],
    ids=["alike", "a default", "other guests", "other things"],
)
def test_quiet_when_nothing_is_contradicted(rules: tuple[GuestRule, ...]) -> None:
    assert found(POLICY_ENTRIES_OVERLAP, judge(*rules)) == ()


def test_a_rule_that_names_guests_overrules_one_of_all() -> None:
    judged = judge(rule(max_age_s=DAY), rule(vmid(100), 2, max_age_s=3 * DAY))
    assert [judged.policy_use.demands[vmid].max_age_s for vmid in (100, 101)] == [3 * DAY, DAY]


def test_quiet_when_one_of_them_does_not_count() -> None:
    ended = exempt(vmid(100), 2, until=TODAY.replace(day=3))
    assert found(POLICY_ENTRIES_OVERLAP, judge(exempt(vmid(100)), ended)) == ()


def test_blind_to_guests_of_which_it_cannot_be_told() -> None:
    unseen = guest(100, tags=(), volumes=None, snapshots=None)
    judged = judge(exempt(vmid(100)), tagged("nobackup"), guests=(unseen,))
    assert found(POLICY_ENTRIES_OVERLAP, judged) == ()
