"""The mail: small whatever the cluster, safe, alone, and readable for everyone."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pve_backup_report.model.letter import Letter
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.render.mail_fit import encoded_size
from pve_backup_report.render.mail_page import Amount, mail_page
from pve_backup_report.render.templates import template_text
from pve_backup_report.render.visible import visible
from pve_backup_report.render.wording import Wording
from render.mail_reading import elements, parsed, shown_text, styles
from render.sample_faults import large
from render.sample_hostile import HOSTILE
from render.sample_mail import giant
from render.stories import STORIES
from render.test_html_report import contrast

LIMIT = 100_000
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "h1", "h2", "h3", "p",
    "span", "b", "br", "ul", "li", "bdi",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "class", "style", "role", "width", "height", "cellpadding", "cellspacing",
    "border", "align", "valign", "colspan", "aria-hidden",
}  # fmt: skip
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
both = pytest.mark.parametrize("code", ["en", "fr"])
every = pytest.mark.parametrize("story", STORIES)


def letter(story: str, code: str = "en") -> Letter:
    return mail_of(STORIES[story](), load_language(code))


# --- small


def is_small(told: Letter) -> bool:
    parts = ((told.html, "html"), (told.text, "plain"))
    return all(len(text.encode()) < LIMIT and encoded_size(text, subtype) <= LIMIT for text, subtype in parts)


@both
@pytest.mark.parametrize("text", ["\U0001f600", "\"'&<", "\U000e0041"])
def test_ten_thousand_guests_with_endless_names_make_a_small_mail(text: str, code: str) -> None:
    told = mail_of(giant(text), load_language(code))

    assert is_small(told)
    assert len(told.subject) <= 180
    assert shown_text(parsed(told.html)).count({"en": "more, in the full", "fr": "de plus, dans le"}[code]) >= 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(st.one_of(st.characters(), st.sampled_from("<>&\"'\r\n\u202e😀")), min_size=1, max_size=40),
    codes=st.integers(0, 300),
    each=st.integers(1, 3),
    gaps=st.integers(0, 300),
    code=st.sampled_from(("en", "fr")),
)
def test_the_mail_is_small_whatever_is_in_it(text: str, codes: int, each: int, gaps: int, code: str) -> None:
    told = mail_of(giant(text, codes=codes, each=each, gaps=gaps, guests=300), load_language(code))

    assert is_small(told)
    parsed(told.html)


def test_a_part_is_measured_in_the_encoding_in_which_it_is_sent() -> None:
    for text in ("plain\n", "é" * 5000, "x" * 5000, "😀 é <p>\n" * 999):
        assert encoded_size(text, "html") > len(text.encode())
    assert encoded_size("é" * 5000, "html") > 1.3 * len("é".encode()) * 5000


@settings(deadline=None)  # it renders whole mails
@given(groups=st.integers(0, 30), items=st.integers(1, 8), gaps=st.integers(0, 12), characters=st.integers(80, 400))
def test_what_is_left_out_is_counted(groups: int, items: int, gaps: int, characters: int) -> None:
    report = STORIES["many-faults"]()
    whole = mail_page(report, Wording.of(report, load_language("en")))
    cut = whole.cut(Amount(groups, items, gaps, 5, characters))

    assert sum(group.count for group in cut.groups) + cut.more == report.summary.errors + report.summary.warnings
    assert all(len(group.messages) + group.more == group.count for group in cut.groups)
    assert len(cut.gaps) + cut.more_gaps == len(report.analysis.cluster.gaps)
    texts = [text for group in cut.groups for text in (*group.messages, group.remedy, group.code)]
    assert all(len(text) <= characters for text in texts)


def test_what_is_left_out_is_told_in_both_parts() -> None:
    told = mail_of(large(), load_language("en"))

    assert "and 194 more, in the full report" in told.text
    assert "and 194 more, in the full report" in shown_text(parsed(told.html))


@both
def test_when_all_is_well_the_mail_is_short_and_says_so(code: str) -> None:
    told = letter("healthy", code)
    shown = shown_text(parsed(told.html))

    assert {"en": "✓ All is well All 4 guests", "fr": "✓ Tout va bien Les 4 invités"}[code] in shown
    assert told.text.startswith({"en": "✓ All is well\n", "fr": "✓ Tout va bien\n"}[code])
    assert len(shown) < 500
    assert len(told.text) < 700
    assert encoded_size(told.html, "html") < 12_000


# --- what it says


def test_both_parts_say_what_is_wrong_and_what_to_do() -> None:
    told = letter("many-faults")
    for part in (" ".join(told.text.split()), shown_text(parsed(told.html))):
        assert "✗ Action needed" in part
        assert "2 of 10 guests are not covered by a backup job; 1 is covered only in part;" in part
        assert "55 % covered, 11 % undetermined." in part
        assert "1 error, 3 warnings" in part
        assert "Guest 105 (new) was due at 4 Mar 2026 02:00 and has never been backed up." in part
        assert "What to do: Read the log of its last task and run the job by hand." in part
        assert "What to do, for example: Add the guest to a backup job" in part
        assert "3 answers are missing or short; the report lists them." in part
        assert "Right that would help: Pool.Audit on /pool" in part
        assert "The full report is attached." in part


@both
@every
def test_no_line_ends_within_a_name_or_a_command(story: str, code: str) -> None:
    lines = letter(story, code).text.splitlines()
    assert [line for line in lines if re.search(r"[^\s-]-$", line)] == []


def test_what_was_not_seen_is_never_called_well() -> None:
    told = letter("audit-only")
    for part in (told.text, shown_text(parsed(told.html))):
        assert "Not everything could be seen" in part
        assert "100 %" not in part.replace("\u00a0", " ")
        assert "All is well" not in part


@both
@every
def test_counts_of_verdicts_and_freshness_are_shown(story: str, code: str) -> None:
    report, language = STORIES[story](), load_language(code)
    wording = Wording.of(report, language)
    page = mail_page(report, wording)
    told = mail_of(report, language)
    for part in (told.text, shown_text(parsed(told.html))):
        seen = " ".join(part.split())
        for share in (*page.verdicts, *page.freshness):
            assert " ".join(f"{share.sign.symbol} {share.sign.word} {share.count}".split()) in seen
    assert sum(share.width for share in page.verdicts) <= 100


# --- safe and alone


@every
def test_the_html_needs_nothing_runs_nothing_and_links_nowhere(story: str) -> None:
    document = parsed(letter(story).html)
    tags = {str(element.tag) for element in elements(document)}
    names = {attribute for element in elements(document) for attribute in element.attrib}
    written = "".join(element.text or "" for element in elements(document, "style"))
    inline = "".join(element.get("style") or "" for element in elements(document))

    assert tags <= ALLOWED
    assert names <= ATTRIBUTES
    assert not re.search(r"url\(|@import|https?:|expression|behavior", written + inline)


def test_no_attribute_is_made_of_what_others_wrote() -> None:
    """The hostile mail has the same attribute values as one of plain words."""
    hostile, calm = (
        {
            (name, value)
            for element in elements(parsed(mail_of(giant(text, codes=9, gaps=9, guests=99), load_language("en")).html))
            for name, value in element.attrib.items()
        }
        for text in ("\"'><img src=x onerror=alert(1) style=x:y http://evil.example>", "word ")
    )
    assert hostile == calm


@both
def test_hostile_text_stays_text(code: str) -> None:
    report = STORIES["hostile"]()
    for place, text in enumerate(HOSTILE):
        alone = replace(report, anomalies=report.anomalies[place : place + 1])
        told = mail_of(alone, load_language(code))
        document = parsed(told.html)
        words = " ".join(visible(text)[:60].split())
        assert words in shown_text(document)
        assert words.replace(" ", "") in re.sub(r"\s+", "", told.text)
        assert not UNSEEN.search("".join(document.itertext()))
        assert not UNSEEN.search(told.text)
        assert not list(elements(document, "script", "img", "a", "details"))


# --- for everyone


@both
@every
def test_language_preview_and_headings(story: str, code: str) -> None:
    told = letter(story, code)
    document = parsed(told.html)
    (body,) = elements(document, "body")
    levels = [int(str(element.tag)[1]) for element in elements(document, "h1", "h2", "h3")]
    preview, content = list(body)[:2]

    assert document.get("lang") == content.get("lang") == code  # a webmail drops the first
    assert preview.get("class") == "preheader"
    assert preview.text
    assert (preview.text or "")[:40] in shown_text(document)
    assert styles(preview)["display"] == "none"
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@every
def test_every_table_is_layout_and_nothing_is_laid_out_otherwise(story: str) -> None:
    document = parsed(letter(story).html)

    assert {element.get("role") for element in elements(document, "table")} == {"presentation"}
    for element in elements(document):
        assert styles(element).get("display") in (None, "none", "inline-block")
        assert {"position", "float"}.isdisjoint(styles(element))


@every
def test_a_state_is_told_by_symbol_and_word(story: str) -> None:
    document = parsed(letter(story).html)
    signs = [element for element in elements(document, "span") if "sign" in (element.get("class") or "").split()]

    assert signs
    assert all(re.fullmatch(r"\S\u00a0\S.*", sign.text or "") for sign in signs)


def test_styles_are_on_the_elements_and_dark_and_small_screens_have_their_rules() -> None:
    document = parsed(letter("many-faults").html)
    rules = " ".join("".join(element.text or "" for element in elements(document, "style")).split())

    assert all(styles(element) for element in elements(document, "h1", "h2", "h3", "p", "span", "ul", "td", "body"))
    assert re.findall(r"@media \(([a-z-]+)", rules) == ["max-width", "prefers-color-scheme"]
    assert rules.count(";") == rules.count("!important")
    schemes = [
        element.get("content") for element in elements(document, "meta") if element.get("name") == "color-scheme"
    ]
    assert schemes == ["light dark"]


TONES = ("good", "fair", "bad", "unseen", "calm")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_keep_the_contrast_of_wcag(scheme: str) -> None:
    light, _, dark = template_text("mail.css").partition("@media (prefers-color-scheme: dark)")
    looks: dict[str, dict[str, str]] = {}
    for names, body in re.findall(r"([^{}]+?)\s*\{([^{}]*)\}", light if scheme == "light" else dark):
        for name in names.split("*/")[-1].split(","):
            found = dict(re.findall(r"([a-z-]*color|border-[a-z]+): (?:1px solid )?(#[0-9a-f]{6})", body))
            looks.setdefault(name.strip(), {}).update(found)

    page, card = looks[".page"]["background-color"], looks[".card"]["background-color"]
    for name, papers in {
        ".page": (page,), ".card": (card,), ".title": (page,), ".heading": (page,), ".soft": (page, card),
        ".small": (card,), ".after": (page,), ".foot": (page,),
    }.items():  # fmt: skip
        for paper in papers:
            assert contrast(looks[name]["color"], paper) >= 4.5, (name, paper)
    for tone in TONES:
        sign = looks[f".sign.{tone}"]
        assert contrast(sign["color"], sign["background-color"]) >= 4.5, tone
        assert contrast(looks[f".mark.{tone}"]["background-color"], card) >= 3, tone
