"""The Markdown report: tables that keep their columns, and text that keeps its peace."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pve_backup_report.render.language import load_language
from pve_backup_report.render.markdown_escape import code, inert
from pve_backup_report.render.markdown_report import markdown_report
from render.sample_faults import large
from render.sample_hostile import HOSTILE
from render.stories import STORIES

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
ACTS = {"link_open", "image", "html_inline", "html_block", "em_open", "s_open", "heading_open", "hr", "fence"}
ACTED_UPON = re.compile(r"@|https?://|www\.|#\d|:\w+:|\$|\bGH-\d", re.IGNORECASE)


def text_of(story: str, language: str = "en") -> str:
    return markdown_report(STORIES[story](), load_language(language))


def every(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from every(token.children or [])


def cells(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Yield the number of columns and of cells of each row."""
    columns = row = 0
    for token in tokens:
        if token.type == "th_open":
            columns += 1
        elif token.type == "table_open":
            columns = 0
        elif token.type == "tr_open":
            row = 0
        elif token.type == "td_open":
            row += 1
        elif token.type == "tr_close" and row:
            yield columns, row


FOLDED = re.compile(r"<details><summary>[\w ]+</summary>\n|</details>\n")


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_row_is_a_row_of_its_table(story: str, language: str) -> None:
    text = text_of(story, language)
    tokens = READER.parse(text)
    rows = list(cells(tokens))
    written = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| --")]
    tables = sum(token.type == "table_open" for token in tokens)

    assert len(rows) == len(written) - tables
    for line in written:
        assert len(re.findall(r"(?<!\\)\|", line)) - 1 in {columns for columns, _ in rows}
    assert all(columns == row for columns, row in rows)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_hostile_text_makes_no_html_link_picture_or_emphasis(language: str) -> None:
    tokens = list(every(READER.parse(text_of("hostile", language))))
    headings = [token.tag for token in tokens if token.type == "heading_open"]

    acting = [token for token in tokens if token.type in ACTS - {"heading_open", "hr"}]
    assert not [token for token in acting if not FOLDED.fullmatch(token.content)]
    assert headings == [token.tag for token in every(READER.parse(text_of("hostile"))) if token.type == "heading_open"]
    assert headings.count("h1") == 1
    assert sum(token.type == "hr" for token in tokens) == 1
    assert not [token for token in tokens if token.type == "text" and ACTED_UPON.search(token.content)]


def test_hostile_text_can_still_be_read() -> None:
    tokens = every(READER.parse(text_of("hostile")))
    shown = "".join(token.content for token in tokens if token.type in ("text", "code_inline", "text_special"))

    for text in HOSTILE[:5]:
        assert text[:25].strip() in shown


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_inert_text_is_one_line_without_power(text: str) -> None:
    for written in (f"- {inert(text)}", f"| a |\n| --- |\n| {inert(text)} |", f"| a |\n| --- |\n| {code(text)} |"):
        tokens = list(every(READER.parse(written)))
        assert not [token for token in tokens if token.type in ACTS or token.type == "strong_open"]
        assert sum(token.type == "td_open" for token in tokens) == written.startswith("|")
        assert sum(token.type == "list_item_open" for token in tokens) == written.startswith("-")


@given(st.text(alphabet="\\`*_[]()<>#|~&!@:/$wW.- 1ax", max_size=30))
def test_inert_text_says_what_it_said(text: str) -> None:
    tokens = every(READER.parse(f"| a |\n| --- |\n| {inert(text)} |")[10:])
    shown = "".join(token.content for token in tokens if token.type in ("text", "code_inline", "text_special"))

    assert shown.split() == text.split()


@pytest.mark.parametrize(
    "text",
    ["@octocat", "mail a@b.example now", "see http://evil.example/x", "www.evil.example", "#12", "org/repo#12", "GH-3",
     ":tada:", "$x$", "!12", "&4", "0123456789abcdef"],
)  # fmt: skip
def test_words_that_a_forge_would_act_upon_are_code(text: str) -> None:
    tokens = list(every(READER.parse(inert(text))))

    assert [token for token in tokens if token.type == "code_inline"]
    assert not [token for token in tokens if token.type == "text" and ACTED_UPON.search(token.content)]


@pytest.mark.parametrize("text", ["- item", "1. item", "12) item", "+ item", "---", "===", "# head", "> quote"])
def test_text_at_the_start_of_a_line_begins_no_block(text: str) -> None:
    assert [token.type for token in READER.parse(f"before\n{inert(text)}")] == [
        "paragraph_open", "inline", "paragraph_close",
    ]  # fmt: skip


def test_ordinary_names_are_left_as_they_are() -> None:
    assert inert("debian-12.5 (web_server), 50 % of 3") == "debian-12.5 (web_server), 50 % of 3"
    assert code("backup-1") == "`backup-1`"
    assert code("a|b") == "a\\|b"


def test_long_lists_are_folded() -> None:
    text = markdown_report(large(60), load_language("en"))

    assert "<details><summary>60 rows</summary>\n\n| vmid |" in text
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize("text", ["x:smile", ":smile", "a b:100a"])
def test_what_stands_behind_a_text_makes_no_emoji_of_its_end(text: str) -> None:
    (paragraph,) = [token for token in every(READER.parse(f"{inert(text)}: more")) if token.type == "inline"]
    shown = [child.content for child in paragraph.children or () if child.type == "text"]
    assert not re.search(r":[\w+-]+:", "".join(shown))
