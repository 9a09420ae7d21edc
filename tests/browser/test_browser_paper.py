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
    rows = [re.findall(r"^(\d{3}) ", text, re.MULTILINE) for text in pages]
    first = next(at for at, text in enumerate(pages) if re.match(r"Guests\n", text))
    last = next(at for at, text in enumerate(pages) if re.search(r"^Effective\s+guests", text, re.MULTILINE))

    assert last - first > 3
    for text in pages[first:last]:
        assert re.search(r"Guest Verdict Jobs and\s+storages", text)
    assert {str(100 + at) for at in range(120)} <= {each for found in rows[first : last + 1] for each in found}
    assert not re.search(r"Search the guests|Columns|Sort by|↕", "".join(pages))


def test_a_short_report_prints_too(story: Callable[[str, str], Path], visits: Visits) -> None:
    pages = PdfReader(BytesIO(visits.open(story("empty", "fr")).pdf())).pages

    assert len(pages) > 0
