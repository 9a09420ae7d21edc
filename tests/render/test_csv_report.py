"""The guests as CSV: read back by a real reader, safe in a spreadsheet, and unknown is never empty."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pve_backup_report.model.verdict import Freshness, Reason, Verdict
from pve_backup_report.render.csv_cell import csv_text
from pve_backup_report.render.csv_report import csv_report
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from render.sample_facts import covered, guest, judged
from render.sample_report import report_of
from render.stories import STORIES

ENGLISH = load_language("en")
STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def rows(story: str) -> list[dict[str, str]]:
    content = FORMATS["csv"].pack(csv_report(STORIES[story](), ENGLISH))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def row_of(name: str | None) -> dict[str, str]:
    text = csv_report(report_of((covered(guest(100, name)),)), ENGLISH)
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return row


@pytest.mark.parametrize("story", STORIES)
def test_there_is_one_whole_row_for_each_guest_whatever_it_is_called(story: str) -> None:
    read = rows(story)
    assert [row["vmid"] for row in read] == [
        str(verdict.guest.vmid) for verdict in STORIES[story]().analysis.guests
    ]  # fmt: skip
    for row in read:
        assert None not in row
        assert None not in row.values()


@pytest.mark.parametrize("story", STORIES)
def test_lines_end_as_rfc_4180_wants_and_hold_no_control_character(story: str) -> None:
    text = csv_report(STORIES[story](), ENGLISH)
    assert text.endswith("\r\n")
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", text.replace("\r\n", ""))


@pytest.mark.parametrize("story", STORIES)
def test_no_cell_is_a_formula_whatever_separates_the_cells(story: str) -> None:
    text = csv_report(STORIES[story](), ENGLISH)
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                assert not cell.strip(" \"'").startswith(tuple(STARTS)) or cell.strip(' "').startswith("'"), cell


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+1+1", "'+1+1"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "  '=1"), ("\t=1", "\\t=1"), ("\r=1", "\\r=1"), ("\uff1d1", "'\uff1d1"), ("a;=1", "a;'=1"),
        ('x",=1', "x\",'=1"), ("-5", "-5"), ("+33", "+33"), ("-1.5e3", "-1.5e3"), ("web-1", "web-1"), ("a=b", "a=b"),
        ("", ""), ("007", "007"),
    ],
)  # fmt: skip
def test_an_apostrophe_stands_before_what_would_be_a_formula_and_numbers_stay(text: str, written: str) -> None:
    assert csv_text(text) == written


@given(st.text(alphabet=st.sampled_from(list("=+-@'\"; ,\t\r\n1a\uff1d\u202e\ud800"))))
def test_no_text_is_ever_a_formula(text: str) -> None:
    written = csv_text(text)
    number = re.fullmatch(r"[+-]?[0-9.,]+", written)
    for cell in re.split("[;,\t]", written):
        assert number or not cell.strip(' "').startswith(tuple(STARTS))
    written.encode()


def test_numbers_of_columns_are_numbers_and_codes_are_those_of_the_json_report() -> None:
    web = rows("many-faults")[0]
    assert (web["vmid"], web["size"], web["duration_s"], web["backups"]) == ("100", "34359738368", "185", "14")
    assert (web["verdict"], web["reason"], web["freshness"]) == ("covered", "selected-by-job", "fresh")
    assert (web["last_success"], web["encrypted"]) == ("2026-03-04T01:01:01Z", "true")
    assert web["tags"].split(" ") == ["prod", "web"]


def test_what_was_not_seen_is_unknown_and_what_is_not_there_is_null() -> None:
    hidden, seen = rows("audit-only")[0], rows("many-faults")[3]
    for name in ("cluster", "template", "pool", "jobs", "storages", "last_success", "size", "backups", "last_due"):
        assert hidden[name] == "unknown", name
    assert (seen["verdict"], seen["last_success"], seen["backups"], seen["freshness"]) == (
        "uncovered", "null", "0", "null",
    )  # fmt: skip
    assert hidden["guests_complete"] == "false"


@pytest.mark.parametrize("story", STORIES)
def test_an_empty_cell_is_an_empty_list_that_is_known_to_be_empty(story: str) -> None:
    report = STORIES[story]()
    for row, verdict in zip(rows(story), report.analysis.guests, strict=True):
        empty = {name for name, cell in row.items() if not cell}
        assert empty <= {"tags", "jobs", "storages"}
        if verdict.verdict is Verdict.UNDETERMINED:
            assert empty <= {"tags"}


def test_a_guest_that_could_not_be_judged_has_no_empty_list_of_jobs() -> None:
    lost = judged(guest(100), Verdict.UNDETERMINED, Reason.JOBS_NOT_VISIBLE, freshness=Freshness.UNKNOWN)
    (row,) = csv.DictReader(io.StringIO(csv_report(report_of((lost,)), ENGLISH), newline=""))
    assert (row["jobs"], row["storages"]) == ("unknown", "unknown")


def test_a_guest_without_a_name_is_null_and_one_with_an_accent_keeps_it() -> None:
    assert row_of(None)["name"] == "null"
    assert row_of('hôte, « quoted "x" »')["name"] == 'hôte, « quoted "x" »'


def test_the_file_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    content = FORMATS["csv"].pack(csv_report(STORIES["healthy"](), ENGLISH))
    assert content.startswith(b"\xef\xbb\xbfcluster,vmid,type,name,")


def test_it_is_the_same_in_every_language() -> None:
    for story in STORIES.values():
        assert csv_report(story(), ENGLISH) == csv_report(story(), load_language("fr"))
