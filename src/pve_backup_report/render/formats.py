"""The kinds of file a report can be written as; a new output adds one line to the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.report import Report
from pve_backup_report.render.csv_report import csv_bytes, csv_report
from pve_backup_report.render.html_report import html_report
from pve_backup_report.render.json_report import json_report
from pve_backup_report.render.junit import junit_report
from pve_backup_report.render.language import Language
from pve_backup_report.render.markdown_report import markdown_report, markdown_summary
from pve_backup_report.render.paper_report import paper_report
from pve_backup_report.render.pdf import pdf_lacking, pdf_of
from pve_backup_report.render.prometheus import prometheus_report
from pve_backup_report.render.sarif import sarif_report
from pve_backup_report.render.workbook import workbook_text
from pve_backup_report.render.xlsx import xlsx_lacking, xlsx_of


class Render(Protocol):
    """Turns a report into text."""

    def __call__(self, report: Report, language: Language, dress: Dress = PLAIN) -> str:
        """Return the whole report in one language.

        Raises:
            OverrideFault: a template of the administrator fails.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    Attributes:
        suffix: of the file's name, with its dot.
        media_type: for mail and web.
        render: the whole report in one language as text.
        pack: makes the content of the file of the text.
        lacking: tells what keeps this machine from writing such files, and how to mend it; None when nothing does.
    """

    suffix: str
    media_type: str
    render: Render
    pack: Callable[[str], bytes] = str.encode
    lacking: Callable[[], str | None] = lambda: None


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, Format] = {
    "html": Format(".html", "text/html", html_report),
    "md": Format(".md", "text/markdown", markdown_report),
    "md-summary": Format(".summary.md", "text/markdown", markdown_summary),
    "json": Format(".json", "application/json", json_report),
    "pdf": Format(".pdf", "application/pdf", paper_report, pdf_of, pdf_lacking),
    "csv": Format(".csv", "text/csv", csv_report, csv_bytes),
    "xlsx": Format(".xlsx", _XLSX, workbook_text, xlsx_of, xlsx_lacking),
    "prometheus": Format(".prom", "text/plain", prometheus_report),
    "junit": Format(".junit.xml", "application/xml", junit_report),
    "sarif": Format(".sarif", "application/sarif+json", sarif_report),
}
