"""Where not every place was seen, too few copies are neither there nor missing; that is told."""

from anomalies.build import found, listing, only, severity
from anomalies.policies import exempt, judge, rule, vmid
from pve_backup_report.anomalies.policy_copies_unknown import POLICY_COPIES_UNKNOWN
from pve_backup_report.model.anomaly import Severity

SHORT = (listing("nas"), listing("pbs", whole=False))


def test_loud_about_all_of_them_at_once() -> None:
    finding = only(POLICY_COPIES_UNKNOWN, judge(rule(copies=4, offsite_copies=1), listings=SHORT))
    assert finding.details["vmids"] == (100, 101)
    assert severity(POLICY_COPIES_UNKNOWN, finding) is Severity.INFO


def test_quiet_when_everything_was_seen() -> None:
    assert found(POLICY_COPIES_UNKNOWN, judge(rule(copies=4))) == ()


def test_quiet_when_enough_was_seen_all_the_same() -> None:
    assert found(POLICY_COPIES_UNKNOWN, judge(rule(copies=2), listings=SHORT)) == ()


def test_blind_to_what_an_exempt_guest_has() -> None:
    assert found(POLICY_COPIES_UNKNOWN, judge(exempt(vmid(100, 101)), rule(copies=4), listings=SHORT)) == ()
