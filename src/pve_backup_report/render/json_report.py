"""The report as JSON text that is safe on a terminal."""

from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.report import Report
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import Language
from pve_backup_report.render.report_data import report_data


def json_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return the whole report model as JSON; machines do not look at its dress."""
    del dress
    return json_text(report_data(report, language))
