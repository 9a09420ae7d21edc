"""The workbook: made for real, and read back by another library."""

import io
import json
import zipfile
from datetime import datetime
from functools import cache
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from render.sample_facts import covered, guest, success
from render.sample_report import report_of
from render.stories import STORIES

XLSX = FORMATS["xlsx"]
every = pytest.mark.parametrize(("story", "code"), [(story, code) for story in STORIES for code in ("en", "fr")])


@cache
def content(story: str, code: str) -> bytes:
    return XLSX.pack(XLSX.render(STORIES[story](), load_language(code)))


def read(story: str, code: str = "en") -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content(story, code)))


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


@every
def test_each_sheet_has_a_fixed_head_and_a_filter_over_all_its_rows(story: str, code: str) -> None:
    book = read(story, code)
    assert len(book.worksheets) == 6
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(cell.font.bold for cell in sheet[1])
        assert all(9 <= each.width <= 61 for each in sheet.column_dimensions.values())


@every
def test_no_cell_is_a_formula_or_a_link(story: str, code: str) -> None:
    for sheet in read(story, code).worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(content(story, code))) as parts:
        assert b"<f>" not in b"".join(map(parts.read, parts.namelist()))


def test_text_is_text_to_the_letter_and_nothing_in_it_is_hidden() -> None:
    names = [row["Name"] for row in table(read("hostile")["Guests"])]
    assert names[7] == "=cmd|' /C calc'!A0"
    assert names[5].startswith("\\x1b[31mred")
    assert names[11] == "x" * 10_000


def test_a_text_that_looks_like_an_escape_of_excel_stays_as_typed() -> None:
    report = report_of((covered(guest(100, "_x0041_ _x000D_")),))
    book = openpyxl.load_workbook(io.BytesIO(XLSX.pack(XLSX.render(report, load_language("en")))))
    assert book["Guests"]["C2"].value in (
        "_x0041_ _x000D_",
        "_x005F_x0041_ _x005F_x000D_",
    )  # older openpyxl unescapes none


def test_times_are_real_dates_in_the_zone_of_the_report_and_numbers_are_numbers() -> None:
    web = table(read("many-faults")["Guests"])[0]
    assert web["Last good backup"] == datetime(2026, 3, 4, 2, 1, 1)  # noqa: DTZ001 -- Excel knows no zones
    assert (web["vmid"], web["Size in bytes"]) == (100, 34359738368)
    what = {row["What"]: row["Value"] for row in table(read("many-faults")["Summary"])}
    assert what["Time zone of all times"] == "Europe/Paris"
    assert what["Guests"] == 10


def test_an_id_is_no_amount() -> None:
    sheet = read("many-faults")["Guests"]
    assert {sheet.cell(row, 1).number_format for row in range(2, sheet.max_row + 1)} == {"General"}
    size = next(cell.column for cell in sheet[1] if cell.value == "Size in bytes")
    assert sheet.cell(2, size).number_format == "#,##0"


def test_a_run_at_a_time_that_no_calendar_shows_still_has_its_workbook() -> None:
    text = json.loads(XLSX.render(STORIES["healthy"](), load_language("en")))
    book = openpyxl.load_workbook(io.BytesIO(XLSX.pack(json.dumps({**text, "created": None}))))
    assert book["Guests"]["A2"].value == 100


def test_what_was_not_seen_is_said_in_the_cell_and_below_the_list() -> None:
    sheet = read("audit-only")["Guests"]
    first = table(sheet)[0]
    assert (first["Last good backup"], first["Jobs"], first["Good backups"]) == ("not known",) * 3
    assert sheet.cell(sheet.max_row, 1).value == "There may be others that the token cannot see."
    assert read("audit-only")["Backup jobs"]["A3"].value == "There may be others that the token cannot see."
    uncovered = table(read("many-faults")["Guests"])[3]
    assert (uncovered["Last good backup"], uncovered["Jobs"], uncovered["Good backups"]) == ("none", "none", 0)


def test_every_anomaly_and_every_gap_has_its_row() -> None:
    report, book = STORIES["many-faults"](), read("many-faults")
    assert [row["Code"] for row in table(book["Anomalies"])] == [each.code for each in report.anomalies]
    assert len(table(book["What was not seen"])) == len(report.analysis.cluster.gaps)


def test_the_same_report_gives_the_same_bytes_and_the_file_tells_no_machine() -> None:
    again = XLSX.pack(XLSX.render(STORIES["many-faults"](), load_language("en")))
    assert again == content("many-faults", "en")
    facts = read("many-faults").properties
    assert facts.created == datetime(2026, 3, 4, 10, 20, 30)  # noqa: DTZ001 -- the format is UTC without saying so
    assert (facts.creator or "", facts.lastModifiedBy or "") == ("", "")
    with zipfile.ZipFile(io.BytesIO(again)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("size", [10**15, 10**40, 10**400])
def test_a_number_too_large_for_a_spreadsheet_is_text(size: int) -> None:
    report = report_of((covered(guest(100), last_success=success(size=size)),))
    book = openpyxl.load_workbook(io.BytesIO(XLSX.pack(XLSX.render(report, load_language("en")))))
    assert table(book["Guests"])[0]["Size in bytes"] == str(size)


def test_a_date_before_excels_calendar_is_text() -> None:
    report = report_of((covered(guest(100), last_success=success(at=-3_000_000_000)),))
    book = openpyxl.load_workbook(io.BytesIO(XLSX.pack(XLSX.render(report, load_language("en")))))
    assert str(table(book["Guests"])[0]["Last good backup"]).startswith("1874-12-07T")
