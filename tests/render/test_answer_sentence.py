"""The first sentence: what it claims, and what it leaves open."""

from dataclasses import replace

import pytest

from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.guest import GuestType, VolumeWhy
from pve_backup_report.model.report import Report
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Reason, Verdict
from pve_backup_report.render import words
from pve_backup_report.render.answer import Answer, answer
from pve_backup_report.render.language import load_language
from pve_backup_report.render.wording import Wording
from render.sample_facts import covered, guest, judged
from render.sample_report import SEES_ALL, SEES_LITTLE, report_of
from render.stories import STORIES


def answered(report: Report, code: str = "en") -> Answer:
    return answer(report, Wording.of(report, load_language(code)))


def exempt(vmid: int) -> GuestVerdict:
    return judged(guest(vmid), Verdict.EXEMPT, Reason.EXCLUDED)


def test_all_is_well_only_when_all_is_covered_fresh_and_seen() -> None:
    told = answered(STORIES["healthy"]())

    assert told.sign.word == "All is well"
    assert told.sentence == "All 4 guests are covered by a backup job, and every backup that was due is there."
    assert told.shares == "100\u00a0% covered."


def test_nothing_is_all_when_guests_may_be_hidden() -> None:
    told = answered(report_of((covered(guest(100)), covered(guest(101))), sight=replace(SEES_ALL, guests=False)))

    assert told.sign.word == "Not everything could be seen"
    assert told.sentence == (
        "All 2 guests seen are covered by a backup job; there may be others that the token cannot see."
    )
    assert (told.covered, told.shares) == (None, "")
    assert told.verdicts[0].percent is None


def test_what_is_wrong_is_told_worst_first_with_its_number() -> None:
    told = answered(STORIES["many-faults"]())

    assert told.sign.word == "Action needed"
    assert told.sentence.startswith("2 of 10 guests are not covered by a backup job; 1 is covered only in part; 1 has")
    assert told.sentence.endswith("2 could not be checked for a fresh backup. 1 is exempt on purpose.")
    assert told.shares == "55\u00a0% covered, 11\u00a0% undetermined."


def test_the_french_answer_has_its_spaces() -> None:
    told = answered(STORIES["many-faults"](), "fr")

    assert told.sentence.startswith(
        "2 invités sur 10 ne sont couverts par aucune tâche de sauvegarde\u202f; 1 n’est couvert qu’en partie\u202f; "
    )
    assert told.shares == "Invités couverts\u202f: 55\u202f%, indéterminés\u202f: 11\u202f%."


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (report_of(), "This cluster has no guest."),
        (report_of(sight=SEES_LITTLE), "No guest could be seen, which does not mean that there is none."),
        (report_of((exempt(100),)), "Every guest is exempt from backup on purpose."),
        (
            report_of((exempt(100), covered(guest(101)))),
            "1 of 2 guests is covered by a backup job, and every backup that was due is there. 1 is exempt on purpose.",
        ),
        (
            report_of((covered(guest(100)),)),
            "The only guest is covered by a backup job, and every backup that was due is there.",
        ),
        (
            report_of((covered(guest(100), freshness=Freshness.LATE), covered(guest(101)))),
            "1 of 2 guests has a late backup.",
        ),
    ],
)
def test_other_clusters(report: Report, sentence: str) -> None:
    assert answered(report).sentence == sentence


def test_exempt_guests_are_no_part_of_a_share() -> None:
    told = answered(report_of((exempt(100), covered(guest(101)))))

    assert told.covered == "100\u00a0%"
    assert [share.percent for share in told.verdicts] == ["100\u00a0%", *["0\u00a0%"] * 3, None]


def test_the_ring_is_whole_and_in_order() -> None:
    shares = answered(STORIES["many-faults"]()).verdicts

    assert sum(share.length for share in shares) == 1000
    assert [share.start for share in shares] == [0, 500, 600, 800, 900]


def test_every_code_has_its_words_in_both_languages() -> None:
    tables = (
        (words.VERDICTS, Verdict), (words.REASONS, Reason), (words.FRESHNESS, Freshness), (words.RESULTS, RunResult),
        (words.GUEST_TYPES, GuestType), (words.VOLUME_WHYS, VolumeWhy), (words.GAP_KINDS, GapKind),
        (words.BLINDS, Blind),
    )  # fmt: skip
    french = load_language("fr")
    for table, codes in tables:
        assert set(table) == set(codes)
        assert all(french.gettext(phrase) for phrase in table.values())
