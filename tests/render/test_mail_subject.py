"""The subject of the mail: what is wrong, the worst first, and no more than was seen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Reason, Verdict
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail_subject import mail_subject
from pve_backup_report.render.visible import visible
from pve_backup_report.render.wording import Wording
from render.sample_facts import anomaly, covered, guest, judged
from render.sample_hostile import HOSTILE
from render.sample_mail import giant
from render.sample_report import SEES_ALL, SEES_LITTLE, report_of
from render.stories import STORIES

MANY = tuple(covered(guest(200 + number)) for number in range(48))
HIDDEN = replace(SEES_ALL, guests=False)
TROUBLE = (
    anomaly("a", Severity.ERROR, "x", message="m", remedy="r", details={}),
    anomaly("b", Severity.WARNING, "x", message="m", remedy="r", details={}),
    anomaly("b", Severity.WARNING, "y", message="m", remedy="r", details={}),
    anomaly("c", Severity.NOTICE, "y", message="m", remedy="r", details={}),
)


def subject(report: Report, code: str = "en") -> str:
    return mail_subject(report, Wording.of(report, load_language(code)))


def uncovered(vmid: int) -> GuestVerdict:
    return judged(guest(vmid), Verdict.UNCOVERED, Reason.NO_JOB)


def late(vmid: int) -> GuestVerdict:
    return covered(guest(vmid), freshness=Freshness.LATE)


def undetermined(vmid: int) -> GuestVerdict:
    return judged(guest(vmid), Verdict.UNDETERMINED, Reason.JOBS_NOT_VISIBLE)


def exempt(vmid: int) -> GuestVerdict:
    return judged(guest(vmid), Verdict.EXEMPT, Reason.EXCLUDED)


@pytest.mark.parametrize(
    ("report", "english", "french"),
    [
        (
            report_of((uncovered(100), uncovered(101), late(102), *MANY)),
            "[lab] 2 guests not covered, 1 late – 96 % covered",
            "[lab] 2 invités non couverts, 1 en retard – 96 % couverts",
        ),
        (
            report_of((uncovered(100), *MANY), anomalies=TROUBLE),
            "[lab] 1 guest not covered – 97 % covered",
            "[lab] 1 invité non couvert – 97 % couverts",
        ),
        (
            STORIES["many-faults"](),
            (
                "[lab] 2 guests not covered, 1 covered in part, 1 never backed up, 1 late, 1 undetermined, 2 unchecked"
                " – at least 55 % covered"
            ),
            (
                "[lab] 2 invités non couverts, 1 couvert en partie, 1 jamais sauvegardé, 1 en retard, 1 indéterminé,"
                " 2 non vérifiés – au moins 55 % couverts"
            ),
        ),
        (
            report_of((late(100),)),
            "[lab] 1 guest late – 100 % covered",
            "[lab] 1 invité en retard – 100 % couverts",
        ),
        (
            report_of(MANY, anomalies=TROUBLE),
            "[lab] 1 error, 2 warnings – 100 % covered",
            "[lab] 1 erreur, 2 avertissements – 100 % couverts",
        ),
        (STORIES["healthy"](), "[lab] All is well – 100 % covered", "[lab] Tout va bien – 100 % couverts"),
        (
            report_of((exempt(100),)),
            "[lab] All is well – every guest exempt on purpose",
            "[lab] Tout va bien – tous les invités exemptés exprès",
        ),
    ],
)
def test_what_is_wrong_comes_first_then_the_share(report: Report, english: str, french: str) -> None:
    assert subject(report) == english
    assert subject(report, "fr") == french


@pytest.mark.parametrize(
    ("report", "english"),
    [
        (report_of(MANY, sight=HIDDEN), "[lab] Not everything could be seen – all 48 guests seen are covered"),
        (report_of(MANY[:1], sight=HIDDEN), "[lab] Not everything could be seen – the only guest seen is covered"),
        (
            report_of((exempt(100), *MANY), sight=HIDDEN),
            "[lab] Not everything could be seen – 48 of the 49 guests seen covered",
        ),
        (
            report_of((uncovered(100), *MANY[:3]), sight=HIDDEN),
            "[lab] 1 guest not covered – 75 % of the guests seen covered",
        ),
        (
            report_of((undetermined(100), *MANY[:3]), sight=HIDDEN),
            "[lab] 1 guest undetermined – at least 75 % of the guests seen covered",
        ),
        (
            report_of((exempt(100),), sight=HIDDEN),
            "[lab] Not everything could be seen – every guest seen is exempt",
        ),
        (report_of(sight=SEES_LITTLE), "[lab] Not everything could be seen – no guest could be seen"),
        (
            report_of(MANY, sight=HIDDEN, anomalies=TROUBLE),
            "[lab] 1 error, 2 warnings – all 48 guests seen are covered",
        ),
        (report_of((undetermined(100),)), "[lab] 1 guest undetermined"),
        (STORIES["audit-only"](), "[?] 3 guests undetermined, 3 unchecked"),
        (STORIES["empty"](), "[lab] Nothing to back up – no guest"),
        (STORIES["servers-only"](), "[?] Backup servers only – no cluster was asked"),
    ],
)
def test_no_more_is_claimed_than_was_seen(report: Report, english: str) -> None:
    assert subject(report) == english


def test_with_backup_servers_only_nothing_is_said_of_guests() -> None:
    told = STORIES["servers-only"]()
    troubled = replace(told, summary=replace(told.summary, errors=1), anomalies=TROUBLE[:1])

    assert subject(troubled) == "[?] 1 error – no cluster was asked"


PIECES = ("=?utf-8?q?=0D?=", "\r\n", "\x00", "\x1b[0m", "\u202e", "\u2066", "\u200f", "\u2028", " ", "\u00a0", "[", "]")
NAMES = st.lists(st.one_of(st.text(max_size=3), st.sampled_from(PIECES)), max_size=100).map("".join)


@given(name=NAMES | st.sampled_from(HOSTILE), code=st.sampled_from(("en", "fr")))
def test_a_name_cannot_leave_its_place(name: str, code: str) -> None:
    told = subject(report_of((uncovered(100), *MANY), name=name), code)

    assert told.endswith(
        {"en": "] 1 guest not covered – 97 % covered", "fr": "] 1 invité non couvert – 97 % couverts"}[code]
    )
    assert told.startswith("[")
    assert len(told) <= 180
    assert len(told.splitlines()) == 1
    assert visible(told) == told
    assert "=?" not in told


@pytest.mark.parametrize("code", ["en", "fr"])
@pytest.mark.parametrize("text", ["x", "\U000e0041"])
def test_a_long_name_gives_way_to_the_answer(text: str, code: str) -> None:
    told = subject(giant(text, codes=1), code)

    assert len(told) <= 180
    assert told.endswith({"en": " covered", "fr": " couverts"}[code])


def test_a_name_of_blanks_is_no_name() -> None:
    assert subject(report_of(MANY, name=" \u00a0 ")) == "[?] All is well – 100 % covered"
