"""The guests as CSV (RFC 4180): a row for each, codes and times as in the JSON report."""

import csv
import io

from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.report import Report
from pve_backup_report.render.absent import Absent, At, Value
from pve_backup_report.render.csv_cell import csv_item, csv_text
from pve_backup_report.render.guest_sheet import guest_columns_for_machines
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339


def csv_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return one line with the names of the columns, then one for each guest, by vmid; lines end in CR LF.

    It is the same in every language.
    """
    del language, dress
    cluster, columns = report.analysis.cluster, guest_columns_for_machines()
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    for verdict in sorted(report.analysis.guests, key=lambda verdict: verdict.guest.vmid):
        writer.writerow([_cell(column.value(verdict, cluster)) for column in columns])
    return text.getvalue()


def csv_bytes(text: str) -> bytes:
    """Return the content of the file: UTF-8 that begins with a byte order mark, without which Excel reads Latin-1."""
    return text.encode("utf-8-sig")


def _cell(value: Value) -> str:
    match value:
        case Absent():
            return str(value)
        case str():
            return csv_text(value)
        case At(epoch):
            return rfc3339(epoch) or str(Absent.UNKNOWN)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return csv_text(" ".join(map(csv_item, value)))
