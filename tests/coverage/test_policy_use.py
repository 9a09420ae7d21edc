"""What a policy comes to: which guests an entry fits, which of several counts, what it sets for anomalies."""

from dataclasses import replace

import pytest

from anomalies.build import DAY, archive, cluster, guest, snapshot
from anomalies.policies import TODAY, exempt, judge, known, rule, tagged, vmid
from pve_backup_report.anomalies.acknowledged_states import TOLD_BY, open_states
from pve_backup_report.anomalies.catalogue import all_rules, conclude
from pve_backup_report.coverage.policy_match import Matcher
from pve_backup_report.model.anomaly import Anomaly, Severity
from pve_backup_report.model.policy import Selector
from pve_backup_report.model.verdict import Freshness, Reason, Verdict

WEB = guest(100, "Web-1", pool="lab/a", tags=("NoBackup", "prod"))


@pytest.mark.parametrize(
    ("selector", "fits"),
    [
        (Selector(vmids=((100, 100),)), True),
        (Selector(vmids=((1, 99), (100, 200))), True),
        (Selector(vmids=((101, 200),)), False),
        (Selector(tags=("nobackup",)), True),
        (Selector(tags=("no", "PROD")), True),
        (Selector(tags=("no",)), False),
        (Selector(pools=("lab",)), False),
        (Selector(pools=("lab/*",)), True),
        (Selector(pools=("LAB/a",)), False),
        (Selector(names=("web-?",)), True),
        (Selector(names=("web",)), False),
        (Selector(vmids=((100, 100),), tags=("prod",), pools=("lab/a",), names=("*",)), True),
        (Selector(vmids=((100, 100),), tags=("other",)), False),
        (Selector(), True),
    ],
)
def test_all_that_is_given_must_fit_and_of_a_list_one(selector: Selector, fits: bool) -> None:  # noqa: FBT001
    assert Matcher.of(cluster()).fits(selector, WEB) is fits


def test_a_tag_exempts_and_the_entry_of_the_file_comes_first() -> None:
    judged = judge(exempt(vmid(101)), tagged("nobackup"), guests=(WEB, guest(101, "db", tags=("nobackup",))))
    assert [(one.verdict, one.reason) for one in judged.guests] == [
        (Verdict.EXEMPT, Reason.EXEMPT_BY_TAG),
        (Verdict.EXEMPT, Reason.EXEMPT_BY_POLICY),
    ]


def test_an_exempt_guest_is_named_by_no_anomaly_of_its_coverage_or_freshness() -> None:
    without_backup = {"backups": (), "runs": (), "tasks": ()}
    plain = {one.code for one in conclude(judge(**without_backup))[1]}
    assert "never-backed-up" in plain
    judged = conclude(judge(exempt(vmid(100, 101)), **without_backup))[1]
    assert {one.code for one in judged if one.component in ("coverage", "evidence")} == set()


def test_the_age_of_a_rule_takes_the_place_of_the_settings() -> None:
    def old(*rules: object, max_age_s: int | None) -> list[str]:
        judged = judge(*rules)  # type: ignore[arg-type] # rules are entries
        asked = replace(judged, wishes=replace(judged.wishes, max_age_s=max_age_s))
        return [one.subject for one in conclude(asked)[1] if one.code == "backup-too-old"]

    assert old(max_age_s=None) == []
    assert old(rule(vmid(100), max_age_s=3600), max_age_s=None) == ["qemu/100"]
    assert old(rule(vmid(100), max_age_s=3 * DAY), max_age_s=3600) == ["qemu/101"]


def severities(*rules: object, code: str = "guest-uncovered") -> dict[str, tuple[Severity, Severity | None]]:
    judged = judge(*rules, jobs=())  # type: ignore[arg-type] # rules are entries
    return {one.subject: (one.severity, one.usual) for one in conclude(judged)[1] if one.code == code}


def test_a_rule_sets_the_severity_for_its_guests_and_the_usual_one_is_kept() -> None:
    graver = rule(vmid(100), severities=(("guest-uncovered", Severity.ERROR),))
    assert severities(graver) == {
        "qemu/100": (Severity.ERROR, Severity.WARNING),
        "qemu/101": (Severity.WARNING, None),
    }
    of_all = rule(severities=(("guest-uncovered", Severity.INFO),), number=2)
    assert severities(graver, of_all)["qemu/101"] == (Severity.INFO, Severity.WARNING)
    assert severities(graver, of_all)["qemu/100"] == (Severity.ERROR, Severity.WARNING)


def test_an_anomaly_about_several_guests_gets_the_gravest_of_theirs() -> None:
    lower = rule(vmid(100), severities=(("all-copies-on-one-storage", Severity.NOTICE),))
    one_place = tuple(archive(vmid, night) for vmid in (100, 101) for night in range(3))
    judged = conclude(judge(lower, backups=one_place))[1]
    assert [one.severity for one in judged if one.code == "all-copies-on-one-storage"] == [Severity.NOTICE]
    higher = replace(lower, severities=(("all-copies-on-one-storage", Severity.ERROR),))
    judged = conclude(judge(higher, backups=one_place))[1]
    assert [one.severity for one in judged if one.code == "all-copies-on-one-storage"] == [Severity.ERROR]
    assert judged[0].code == "all-copies-on-one-storage"  # the most severe first


def test_an_offsite_place_of_a_rule_is_one_for_its_guests_only() -> None:
    judged = judge(rule(vmid(100), offsite=("pbs",), offsite_copies=1), backups=(snapshot(100), snapshot(101)))
    assert [one.copies.offsite for one in judged.guests if one.copies] == [1, 0]


def acknowledged(*entries: object, **changes: object) -> list[tuple[str, str]]:
    judged = judge(*entries, **changes)  # type: ignore[arg-type] # entries
    return [(one.code, one.subject) for one in conclude(judged)[1] if one.acknowledged is not None]


def test_an_acknowledgement_is_of_a_code_and_of_what_its_pattern_fits() -> None:
    assert acknowledged(known("guest-uncovered", "qemu/100"), jobs=()) == [("guest-uncovered", "qemu/100")]
    assert len(acknowledged(known("guest-uncovered"), jobs=())) == 2
    assert acknowledged(known("guest-uncovered", "lxc/*"), jobs=()) == []
    assert acknowledged(known("guest-uncovered", until=TODAY.replace(day=3)), jobs=()) == []
    assert acknowledged(known("guest-uncovered", clusters=("other",)), jobs=()) == []
    assert len(acknowledged(known("guest-uncovered", clusters=("LA?",)), jobs=())) == 2


def test_every_code_that_tells_of_a_state_is_one_of_a_rule() -> None:
    assert set().union(*TOLD_BY.values()) <= {one.code for one in all_rules()}


def test_a_state_is_known_when_all_that_tells_of_it_is_acknowledged() -> None:
    analysis, anomalies = conclude(judge(known("guest-uncovered", "qemu/100"), jobs=()))
    assert Verdict.UNCOVERED in open_states(analysis.guests, anomalies)
    analysis, anomalies = conclude(judge(known("guest-uncovered"), jobs=()))
    assert Verdict.UNCOVERED not in open_states(analysis.guests, anomalies)


def test_an_acknowledgement_of_something_else_makes_no_state_known() -> None:
    # the severity of what tells of it was lowered, and something else about the guest is acknowledged
    lowered = rule(severities=(("guest-uncovered", Severity.INFO),))
    analysis, anomalies = conclude(judge(lowered, known("all-copies-on-one-storage"), jobs=()))
    assert Verdict.UNCOVERED in open_states(analysis.guests, anomalies)


def test_what_no_anomaly_tells_of_stays_open() -> None:
    healthy = conclude(judge())
    guests = tuple(replace(one, freshness=Freshness.LATE) for one in healthy[0].guests)
    nothing: tuple[Anomaly, ...] = ()
    assert Freshness.LATE in open_states(guests, nothing)
