"""The HTML report: valid, alone, safe, and readable for everyone."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest

from pve_backup_report.render.guest_columns import card_labels
from pve_backup_report.render.html_report import html_report
from pve_backup_report.render.language import load_language
from pve_backup_report.render.templates import template_text
from pve_backup_report.render.visible import visible
from render.sample_faults import large
from render.sample_hostile import HOSTILE
from render.sample_report import healthy
from render.stories import STORIES

ALLOWED = {
    "html", "head", "meta", "title", "link", "style", "body", "a", "header", "nav", "main", "section", "footer",
    "article", "div", "span", "p", "ul", "li", "dl", "dt", "dd", "h1", "h2", "h3", "b", "strong", "code", "bdi",
    "time", "table", "caption", "thead", "tbody", "tr", "th", "td", "fieldset", "legend", "input", "label",
    "svg", "circle", "path", "polyline", "text", "rect", "figure", "figcaption", "details", "summary", "ol", "i",
    "script", "small",
}  # fmt: skip


UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def text_of(story: str, code: str = "en") -> str:
    return html_report(STORIES[story](), load_language(code))


def parsed(text: str) -> Element:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    document: Element = parser.parse(text)
    return document


def name_of(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def named(document: Element, *names: str) -> Iterator[Element]:
    return (element for element in document.iter() if isinstance(element.tag, str) and name_of(element) in names)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("code", ["en", "fr"])
def test_every_story_is_valid_html_in_its_language(story: str, code: str) -> None:
    document = parsed(text_of(story, code))

    assert document.get("lang") == code


@pytest.mark.parametrize("story", STORIES)
def test_the_page_needs_nothing_and_runs_nothing_but_its_own_script(story: str) -> None:
    document = parsed(text_of(story))
    links = [element.get("href") or "" for element in named(document, "a")]
    targets = {element.get("id") for element in document.iter()}

    assert {name_of(element) for element in document.iter() if isinstance(element.tag, str)} <= ALLOWED
    assert [script.text for script in named(document, "script")] == [template_text("report.js")]
    assert all(link.startswith("#") and link[1:] in targets for link in links)
    assert [element.get("href", "")[:5] for element in named(document, "link")] == ["data:"]
    assert not [
        attribute
        for element in document.iter()
        for attribute in element.attrib
        if attribute.startswith("on") or attribute in ("style", "src", "action", "formaction")
    ]


def test_style_and_script_are_those_that_the_policy_allows() -> None:
    text = text_of("healthy")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    script = re.search(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)

    assert style is not None
    assert script is not None
    assert policy is not None
    assert policy[1].split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest(style[1])}'", "img-src data:",
        f"script-src 'sha256-{digest(script[1])}'", "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    assert text.index("Content-Security-Policy") < text.index("<style>") < text.index("<script")
    assert not re.search(r"url\(|@import", style[1])


def digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def test_the_script_is_small_and_makes_no_markup_or_code_of_text() -> None:
    script = template_text("report.js")

    assert len(script.encode()) < 8000
    assert script.startswith('"use strict";')
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function|import|fetch|</|<!--", script
    )


def test_hostile_text_stays_text() -> None:
    document = parsed(text_of("hostile"))
    shown = "".join(document.itertext())

    for text in HOSTILE:
        seen = visible(text)
        assert seen[:60] in shown
    assert not UNSEEN.search(shown)
    assert not list(named(document, "img"))
    assert len(list(named(document, "script"))) == 1
    assert {element.get("class") for element in named(document, "details")} <= {"even"}


def test_a_name_without_end_does_not_make_a_page_without_end() -> None:
    assert max(len(run) for run in re.findall("x+", text_of("hostile"))) <= 1000


@pytest.mark.parametrize("story", STORIES)
def test_ids_are_unique_and_headings_skip_no_level(story: str) -> None:
    document = parsed(text_of(story))
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    levels = [int(name_of(element)[1]) for element in named(document, "h1", "h2", "h3")]

    assert len(ids) == len(set(ids))
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("story", STORIES)
def test_every_table_has_a_caption_row_heads_and_as_many_cells_as_columns(story: str) -> None:
    document = parsed(text_of(story))

    for table in named(document, "table"):
        assert [name_of(child) for child in table][:1] == ["caption"]
        columns = [head for head in named(table, "th") if head.get("scope") == "col"]
        for row in list(named(table, "tr"))[1:]:
            assert row[0].get("scope") == "row"
            assert len(row) == len(columns)
            if table.get("class") == "days":
                continue  # its three cells speak for themselves
            labels = [cell.get("data-label") for cell in row][1:]
            if table.get("class") == "guests":
                assert set(labels) == {None}
            else:
                assert labels == [(head.text or "").strip() for head in columns][1:]


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_labels_of_the_guests_stand_once_in_the_style(code: str) -> None:
    text = text_of("many-faults", code)
    (table,) = (each for each in named(parsed(text), "table") if each.get("class") == "guests")
    heads = [head.text for head in named(table, "th") if head.get("scope") == "col"]

    assert dict(re.findall(r'--label-(\d): "([^"]*)";', text)) == {str(n): head for n, head in enumerate(heads, 1)}


def test_a_label_cannot_leave_its_string() -> None:
    assert card_labels(('a"b\\c\n</style>é',)) == '.guests { --label-1: "a\\22 b\\5c c\\a \\3c \\2f style\\3e é"; }\n'


def test_landmarks_are_there_and_every_section_has_a_name() -> None:
    document = parsed(text_of("many-faults"))
    ids = {element.get("id") for element in document.iter()}

    assert [len(list(named(document, name))) for name in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    assert all(element.get("aria-labelledby") in ids for element in named(document, "section"))


def test_a_state_is_told_by_symbol_and_word_not_by_colour_alone() -> None:
    document = parsed(text_of("many-faults"))
    signs = [element for element in named(document, "span") if "sign" in (element.get("class") or "").split()]

    assert len(signs) > 50
    for sign in signs:
        symbol, word = sign[0].text, sign[0].tail
        assert symbol
        assert word
        assert word.strip()


def test_the_answer_comes_first_and_what_was_not_seen_is_never_left_out() -> None:
    text = text_of("audit-only")

    assert text.index("could not be judged") < text.index('id="guests"') < text.index('id="gaps"')
    assert "The backup jobs could not be seen." in text
    assert "This cluster has no backup job." not in text
    assert "100\u00a0%" not in "".join(re.findall(r'class="(?:figure|shares)"[^<]*<', text))


def test_a_hundred_percent_is_said_when_it_is_true() -> None:
    assert "100\u00a0% covered." in html_report(healthy(), load_language("en"))


def test_a_thousand_guests_are_all_listed() -> None:
    text = html_report(large(), load_language("en"))

    assert len(re.findall(r'<tr class="[^"]*" id="guest-\d+">', text)) == 1000


PAIRS = [("text", "page"), ("text", "card"), ("soft", "page"), ("soft", "card"), ("link", "page"), ("link", "card"),
         ("card", "text"), ("fair", "card"), ("bad", "card"), ("unseen", "page"),
         ("unseen", "card")]  # fmt: skip
TONES = ("good", "fair", "bad", "unseen", "calm")


def brightness(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["light", "dark", "print"])
def test_colours_keep_the_contrast_of_wcag(place: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", template_text("report.css"), re.DOTALL)
    assert len(blocks) == 3
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", blocks[place]))
    colours.setdefault("link", colours["text"])

    for ink, paper in [*PAIRS, *((tone, f"{tone}-tint") for tone in TONES)]:
        assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)
    for mark in TONES:
        assert contrast(colours[f"{mark}-mark"], colours["card"]) >= 3, mark
