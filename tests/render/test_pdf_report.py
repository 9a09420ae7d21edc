"""The report as PDF: made for real, and read back by another library."""

import hashlib
import io
import re
import subprocess
import sys
from functools import cache

import pypdf
import pytest
from pypdf.generic import Destination

from pve_backup_report.model.dress import Dress, Logo
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.headings import Heading, headings
from pve_backup_report.render.language import load_language
from pve_backup_report.render.pdf import pdf_of
from render.stories import STORIES
from render.test_html_report import parsed

PDF = FORMATS["pdf"]
STORY_AND_LANGUAGE = [("many-faults", "en"), ("backup-servers", "fr")]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><image href="file:///etc/hostname"/></svg>'

stories = pytest.mark.parametrize(("story", "code"), STORY_AND_LANGUAGE)


@cache
def paper(story: str, code: str) -> str:
    return PDF.render(STORIES[story](), load_language(code))


@cache
def content(story: str, code: str) -> bytes:
    return PDF.pack(paper(story, code))


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def said(text: str) -> str:
    """A text without its blanks: where a line ends is the layout's affair."""
    return re.sub(r"\s+", "", text)


@cache  # to read a page takes longer than to make it
def plain_pages(story: str, code: str) -> list[str]:
    return [page.extract_text() for page in read(content(story, code)).pages]


@cache
def pages(story: str, code: str) -> list[str]:
    return [said(page) for page in plain_pages(story, code)]


@stories
def test_every_page_tells_its_number_and_when_it_was_made(story: str, code: str) -> None:
    shown = pages(story, code)
    words = {"en": "page {} of {}", "fr": "page {} sur {}"}[code]
    for number, page in enumerate(shown, 1):
        assert said(words.format(number, len(shown))) in page
        assert "pve-backup-report0" in page
        assert "202611:20" in page


@stories
def test_the_contents_name_the_page_that_each_heading_is_really_on(story: str, code: str) -> None:
    listed = headings(paper(story, code).partition('<main id="main">')[2])
    lines = [line for line in plain_pages(story, code)[1].splitlines() if ". ." in line]
    shown = pages(story, code)

    assert len(lines) == len(listed) > 4
    for line, heading in zip(lines, listed, strict=True):
        number = int(line.rpartition(" ")[2])
        assert said(heading.text) in shown[number - 1], (line, heading)
        if heading.id != "answer":
            assert said(heading.text) in said(line)
    assert [int(line.rpartition(" ")[2]) for line in lines] == sorted(int(line.rpartition(" ")[2]) for line in lines)


@stories
def test_title_language_and_bookmarks_are_those_of_the_report(story: str, code: str) -> None:
    reader = read(content(story, code))
    title = parsed(paper(story, code)).findtext(".//title")
    marks = [str(mark.title) for mark in reader.outline if isinstance(mark, Destination)]
    parts = [heading.text for heading in headings(paper(story, code)) if heading.level == 1]

    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert str(reader.root_object["/Lang"]) == code
    assert [said(mark) for mark in marks] == [said(part) for part in parts if part not in ("Contents", "Sommaire")]


def test_words_can_be_found_with_a_plain_blank_between_them() -> None:
    shown = "".join(plain_pages("many-faults", "en"))
    assert "Backup jobs" in shown
    assert "How it is judged" in shown


def test_the_cover_answers() -> None:
    cover = pages("many-faults", "en")[0]
    for text in ("Backup coverage of lab", "2 of 10 guests are not covered by a backup job", "Asked at",
                 "3 answers are missing or short", "evidence of backups", "Guests 10"):  # fmt: skip
        assert said(text) in cover
    assert said("Les 2 invités sont tous couverts") in pages("backup-servers", "fr")[0]


@stories
def test_every_page_is_a4_and_none_is_empty(story: str, code: str) -> None:
    for page, text in zip(read(content(story, code)).pages, pages(story, code), strict=True):
        assert sorted((round(page.mediabox.width), round(page.mediabox.height))) == [595, 842]
        assert len(text) > 150


def test_what_the_screen_needs_is_not_on_paper() -> None:
    everything = "".join(pages("many-faults", "en"))
    assert said("Skip to the answer") not in everything
    assert said("in need of attention") not in everything


def test_the_same_report_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import sys, hashlib, time; sys.path.insert(0, 'tests'); time.sleep(1.1)\n"
        "from render.test_pdf_report import content\n"
        "print(hashlib.sha256(content('empty', 'en')).hexdigest())"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert told.strip() == hashlib.sha256(content("empty", "en")).hexdigest()


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "FILE:///etc/hostname"])
def test_nothing_is_fetched(address: str, caplog: pytest.LogCaptureFixture) -> None:
    reader = read(pdf_of(f'<title>t</title><link rel="attachment" href="{address}"><p>text<img src="{address}">'))
    assert "text" in reader.pages[0].extract_text()
    assert not reader.pages[0].images
    assert not reader.attachments
    assert "disallowed protocol" in caplog.text


def test_the_logo_is_on_the_cover_and_what_it_asks_for_is_not(caplog: pytest.LogCaptureFixture) -> None:
    report, language = STORIES["empty"](), load_language("en")
    dress = Dress(logo=Logo("image/svg+xml", SVG), title="Our backups", footer="Call 555")
    reader = read(PDF.pack(PDF.render(report, language, dress)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Our backups"
    assert "Call 555" in reader.pages[0].extract_text()
    assert "disallowed protocol" in caplog.text


def test_headings_are_those_with_an_id() -> None:
    page = '<h1 id="a">x</h1><h2 id="b"> A &amp; <b>B</b> </h2><h3>no id</h3><h3 id="c">C</h3><p id="d">no heading</p>'
    assert headings(page) == (Heading("b", 1, "A & B"), Heading("c", 2, "C"))
