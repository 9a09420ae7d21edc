"""What the report of a fleet says, and what it never says."""

import re
from dataclasses import replace

import html5lib
import pytest
from markdown_it import MarkdownIt

from pve_backup_report.model.fleet import Failure, FailureKind, Member
from pve_backup_report.render.fleet_data import fleet_data
from pve_backup_report.render.fleet_html import fleet_html
from pve_backup_report.render.fleet_mail import fleet_mail
from pve_backup_report.render.fleet_markdown import fleet_markdown
from pve_backup_report.render.fleet_page import fleet_page
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail_fit import MOST_BYTES, encoded_size
from render.sample_fleet import FLEETS, fleet, hostile, hundred, member, mixed, well
from render.stories import STORIES

EN, FR = load_language("en"), load_language("fr")


def test_the_worst_come_first_and_who_could_not_be_asked_before_all() -> None:
    page = fleet_page(mixed(), EN)
    assert [row.label for row in page.rows] == ["old", "rome", "typo", "paris", "lyon", "nice", "vault", "berlin"]
    assert page.sentence == "3 of 8 clusters could not be asked; 1 needs action; 1 could not be seen wholly."


@pytest.mark.parametrize("kind", FailureKind)
def test_no_failure_is_ever_green_nor_left_out(kind: FailureKind) -> None:
    report = STORIES["healthy"]()
    good = member("good", report)
    failed = Failure(kind, "It failed.")
    for bad in (Member("bad", failure=failed), member("bad", report, failure=failed)):
        page = fleet_page(fleet(good, bad), EN)
        assert (page.sign.tone, page.rows[0].label, page.rows[0].sign.tone) == ("bad", "bad", "bad")
        assert not page.whole
        assert page.guests.endswith("+ ?")
        assert page.covered is None or not page.covered.startswith("100")
        assert page.rows[0].covered is None
        data = fleet_data(fleet(good, bad), EN)
        assert data["complete"] is False
        assert data["states"] == {
            "not-asked": 1, "well": 1, "worth-a-look": 0, "action-needed": 0, "not-all-seen": 0, "nothing-to-do": 0,
        }  # fmt: skip


def test_nothing_known_is_a_question_mark() -> None:
    page = fleet_page(fleet(Member("a", failure=Failure(FailureKind.FAULT, "x"))), EN)
    assert (page.guests, page.size, page.covered, page.covered_size, page.second) == ("?", "?", None, None, "")


def test_all_is_well_only_when_every_cluster_is() -> None:
    assert fleet_page(well(), EN).sign.tone == "good"
    assert fleet_page(well(), EN).covered == "100\u00a0%"
    for story in ("audit-only", "many-faults"):
        assert (
            fleet_page(replace(well(), members=(*well().members, member("x", STORIES[story]()))), EN).sign.tone
            != "good"
        )


def test_totals_are_those_of_the_clusters() -> None:
    reports = [STORIES[name]() for name in ("healthy", "many-faults")]
    page = fleet_page(fleet(*(member(str(number), report) for number, report in enumerate(reports))), EN)
    assert page.guests == str(sum(report.summary.guests for report in reports))
    assert next(share.count for share in page.verdicts) == sum(report.summary.covered for report in reports)


def test_what_others_typed_does_nothing_on_the_page() -> None:
    page = fleet_html(hostile(), EN)
    document = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    assert len(list(document.iter("script"))) == 1
    assert not [name for element in document.iter() for name in element.attrib if name.startswith("on")]
    for link in document.iter("a"):
        assert re.fullmatch(r"#[a-z0-9-]+|[0-9]+/x\.html", link.get("href"))
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_what_others_typed_does_nothing_in_markdown_and_mail() -> None:
    drawn = MarkdownIt("gfm-like", {"linkify": False}).render(fleet_markdown(hostile(), EN))
    assert not re.search(r"<(?:script|img|b|svg|iframe)\b", drawn)
    assert set(re.findall(r'href="([^"]*)"', drawn)) == {
        f"{number}/x.html" for number in range(len(hostile().members) // 2)
    }
    letter = fleet_mail(hostile(), EN)
    assert "\n" not in letter.subject
    assert "<script" not in letter.html


@pytest.mark.parametrize("name", FLEETS)
def test_the_mail_stays_small(name: str) -> None:
    letter = fleet_mail(FLEETS[name](), FR)
    assert encoded_size(letter.text, "plain") < MOST_BYTES
    assert encoded_size(letter.html, "html") < MOST_BYTES
    assert len(letter.subject) <= 180


def test_the_subject_says_how_many_are_red() -> None:
    assert fleet_mail(mixed(), EN).subject == "[8 clusters] 4 red, 3 of them not asked – old, rome, typo, paris"
    assert fleet_mail(mixed(), FR).subject == "[8 clusters] 4 en rouge, dont 3 non interrogés – old, rome, typo, paris"
    assert fleet_mail(well(), EN).subject == "[2 clusters] All is well"


def test_a_hundred_clusters_fit_into_a_page_of_bearable_size() -> None:
    page = fleet_html(hundred(), EN)
    assert page.count('<article class="cluster') == 100
    assert len(page) < 1_500_000
