"""Where it cannot be told whether an entry fits, no guest is exempt on a guess, and that is told."""

from dataclasses import replace

from anomalies.build import facts, found, guest, only, severity, sight
from anomalies.policies import exempt, judge, known, tagged, vmid
from pve_backup_report.anomalies.policy_match_unknown import POLICY_MATCH_UNKNOWN
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.policy import Selector
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.verdict import Verdict

HIDDEN = guest(100, None, volumes=None, snapshots=None)
IN_LAB = Selector(pools=("lab",))


def test_loud_when_the_pools_were_not_seen() -> None:
    judged = judge(exempt(IN_LAB), guests=(guest(100), guest(101, pool="lab")), sight=sight(pools=False))
    finding = only(POLICY_MATCH_UNKNOWN, judged)
    assert severity(POLICY_MATCH_UNKNOWN, finding) is Severity.NOTICE
    assert facts(finding, "vmids", "cluster_seen") == {"vmids": (100,), "cluster_seen": True}
    assert [told.verdict for told in judged.guests] == [Verdict.COVERED, Verdict.EXEMPT]


def test_loud_when_a_configuration_was_not_seen() -> None:
    for selector in (Selector(tags=("nobackup",)), Selector(names=("web",))):
        judged = judge(exempt(selector), guests=(HIDDEN,))
        assert only(POLICY_MATCH_UNKNOWN, judged).details["vmids"] == (100,)
        assert judged.guests[0].verdict is Verdict.UNDETERMINED


def test_loud_when_the_name_of_the_cluster_was_not_seen() -> None:
    judged = judge(exempt(replace(vmid(100), clusters=("lab",))), name=None)
    assert facts(only(POLICY_MATCH_UNKNOWN, judged), "vmids", "cluster_seen") == {
        "vmids": (100,),
        "cluster_seen": False,
    }
    assert judged.guests[0].verdict is Verdict.COVERED


def test_quiet_when_everything_was_seen() -> None:
    judged = judge(exempt(IN_LAB), tagged("nobackup"), exempt(Selector(names=("x*",)), 2), known("node-offline"))
    assert found(POLICY_MATCH_UNKNOWN, judged) == ()


def test_quiet_when_the_pool_itself_is_seen() -> None:
    judged = judge(exempt(IN_LAB), pools=(Pool("lab", None),), sight=sight(pools=False))
    assert found(POLICY_MATCH_UNKNOWN, judged) == ()
    pattern = judge(exempt(Selector(pools=("la*",))), pools=(Pool("lab", None),), sight=sight(pools=False))
    assert only(POLICY_MATCH_UNKNOWN, pattern).details["vmids"] == (100, 101)  # another may fit the pattern


def test_quiet_when_something_else_rules_the_guest_out() -> None:
    judged = judge(exempt(replace(IN_LAB, vmids=((900, 999),))), sight=sight(pools=False))
    assert found(POLICY_MATCH_UNKNOWN, judged) == ()


def test_blind_to_guests_that_are_not_listed() -> None:
    assert found(POLICY_MATCH_UNKNOWN, judge(exempt(IN_LAB), guests=(), sight=sight(guests=False, pools=False))) == ()
