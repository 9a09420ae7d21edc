"""A workbook as XLSX, by XlsxWriter, which is only there when the extra ``xlsx`` is installed.

XlsxWriter and not openpyxl: its ``write_string`` can make no formula of any text, its files are the same to the byte
for the same cells, and it needs nothing else.
"""

import io
import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

_NAME = "xlsx"
_NARROWEST, _WIDEST = 9, 60  # characters
_DATE_WIDTH = 17
_NO_DATE = "1980-01-01T00:00:00"  # of a run whose own no calendar shows
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 -- Excel knows no zones
_ID = "vmid"  # an id is no amount: no separators between its digits
_LOOKED_AT = 1000  # rows that the width of a column is worked out from


def xlsx_of(text: str) -> bytes:
    """Return the workbook; it depends on nothing but the text.

    Args:
        text: sheets as ``workbook_text`` writes them.
    """
    import xlsxwriter  # noqa: PLC0415 -- an extra

    read = json.loads(text)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        created = datetime.fromisoformat(read["created"] or _NO_DATE).replace(tzinfo=None)
        book.set_properties({"created": created, "author": "", "comments": "pve-backup-report"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        number = book.add_format({"num_format": "#,##0"})
        note = book.add_format({"italic": True})
        for each in read["sheets"]:
            sheet = book.add_worksheet(each["name"])
            for column, title in enumerate(each["titles"]):
                sheet.write_string(0, column, title, head)
                sheet.set_column(column, column, _width(title, [row[column] for row in each["rows"][:_LOOKED_AT]]))
            for place, row in enumerate(each["rows"], 1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    elif isinstance(cell, dict):
                        sheet.write_number(place, column, _serial(cell["date"]), date)
                    else:
                        sheet.write_number(place, column, cell, None if each["titles"][column] == _ID else number)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(each["rows"]), len(each["titles"]) - 1)
            if each["note"] is not None:  # outside the filter, so that it is never filtered away
                sheet.write_string(len(each["rows"]) + 2, 0, each["note"], note)
    return content.getvalue()


def xlsx_lacking() -> str | None:
    """Return what keeps this machine from writing workbooks, and how to mend it; None when nothing does."""
    try:
        import xlsxwriter  # noqa: F401, PLC0415 -- an extra
    except ImportError:
        what = f"{_NAME} needs XlsxWriter, which is not installed"
        return f"{what}. Install it with: pip install 'pve-backup-report[xlsx]'"
    return None


@lru_cache(maxsize=4096)
def _serial(date: str) -> float:
    """Return the days since Excel's first, as its cells hold a time."""
    return (datetime.fromisoformat(date) - _DAY_ZERO) / timedelta(days=1)


def _width(title: str, cells: list[Any]) -> int:
    widest = max((_DATE_WIDTH if isinstance(cell, dict) else len(str(cell)) for cell in cells), default=0)
    return min(max(_NARROWEST, len(title) + 2, widest + 2), _WIDEST)
