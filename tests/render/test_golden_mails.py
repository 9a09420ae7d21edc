"""Each story's mail as it is read: what changes here, people see in the morning.

The HTML is kept as a mail reader takes it, so that another release of the library that writes styles onto the
elements, with other blanks in it, is no change.
"""

import re
from pathlib import Path

import html5lib
import pytest

from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from render.stories import STORIES
from render.test_golden_reports import KEPT

GOLDEN = Path(__file__).parent / "golden"
MAILS = [*KEPT, ("healthy", "fr"), ("empty", "fr"), ("servers-only", "fr")]


def as_read(text: str) -> str:
    document = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    (head,) = document.iter("head")
    head[:] = sorted(head, key=lambda element: (element.tag == "style", element.tag != "meta"))
    for element in document.iter():
        if element.get("style"):
            element.set("style", re.sub(r"\s*([:;])\s*", r"\1", element.get("style")).strip(";"))
        if element.tag in ("style", "head"):
            element.text = re.sub(r"\s+", " ", element.text or "").strip()
            element.tail = "\n"
    written: str = html5lib.serialize(
        document, tree="etree", omit_optional_tags=False, quote_attr_values="always", alphabetical_attributes=True
    )
    return f"<!DOCTYPE html>\n{written}\n"


@pytest.mark.parametrize(("story", "code"), MAILS)
def test_a_mail_keeps_what_is_read(story: str, code: str, request: pytest.FixtureRequest) -> None:
    letter = mail_of(STORIES[story](), load_language(code))
    for suffix, text in (("txt", f"{letter.subject}\n\n{letter.text}"), ("html", as_read(letter.html))):
        kept = GOLDEN / f"{story}.{code}.mail.{suffix}"
        if request.config.getoption("--update-golden"):
            kept.write_bytes(text.encode())
        assert text.encode() == kept.read_bytes(), "changed on purpose? pytest --update-golden, then read the diff"
