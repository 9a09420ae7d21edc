"""On paper: every row, the head of the table on every page, and no controls."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from pypdf import PdfReader

from browser.visits import Visits


def test_a_long_table_is_printed_whole_with_its_head_on_each_page(
    story: Callable[[str, str], Path], visits: Visits
) -> None:
    page = visits.open(story("120", "en"))
    page.locator("input[type=search]").fill("nothing is called so")
    page.locator("[role=status]", has_text="0 of 120").first.wait_for()
    page.locator("#show-bad").check()
    pages = [normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(BytesIO(page.pdf())).pages]
    ids = [re.findall(r"^(1\d\d|2[01]\d) (?:web|shop-db|files|build|not specified|new|dns|ldap)", text, re.MULTILINE)
           for text in pages]  # fmt: skip
    tables = [text for text, found in zip(pages, ids, strict=True) if len(found) > 3]

    assert len(tables) > 3
    for text in tables:
        assert re.search(r"Jobs and\s+storages", text) or "Copies (3-2-1-1-0)" in text or "Not good" in text
    seen = {int(each) for found in ids for each in found}
    assert {100 + at for at in range(120) if at % 10 < 8} <= seen
    assert not re.search(r"Search the guests|Columns|Sort by|↕", "".join(pages))


def test_a_short_report_prints_too(story: Callable[[str, str], Path], visits: Visits) -> None:
    pages = PdfReader(BytesIO(visits.open(story("empty", "fr")).pdf())).pages

    assert len(pages) > 0
