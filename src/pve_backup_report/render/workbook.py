"""The report as a workbook: its sheets as plain JSON, which another file turns into XLSX.

A cell is a text, a number, or a time: ``{"date": …}`` as a clock in the report's zone shows it, since a spreadsheet
knows no zones.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.natural import natural
from pve_backup_report.model.report import Report
from pve_backup_report.model.storage import Storage
from pve_backup_report.render.absent import Absent, At, Value, at, known
from pve_backup_report.render.answer import answer
from pve_backup_report.render.data import Data
from pve_backup_report.render.guest_sheet import guest_columns_for_machines
from pve_backup_report.render.job_row import retention_words, selection_words, target_words
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.sentence import message_of, remedy_of
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording

_OF_THE_FILE = ("cluster", "guests_complete", "generated_at")  # columns that the first sheet holds once
_LONGEST = 32_000  # characters; Excel takes 32,767 into one cell
_EXACT = 10**15  # from here on Excel rounds whole numbers
_FIRST_YEAR = 1900  # of Excel's calendar
_NO_CODES: Mapping[str, str] = {}
_write = json.JSONEncoder(ensure_ascii=False).encode

Cell = str | int | Data
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet.

    Attributes:
        name: on its tab.
        titles: of the columns.
        rows: cells, one for each column.
        note: a line below the rows, when there may be more of them than were seen.
    """

    name: str
    titles: tuple[str, ...]
    rows: list[Row]
    note: str | None = None


def workbook_text(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return the sheets as JSON, every text in them visible and short enough for a cell."""
    del dress
    wording = Wording.of(report, language)
    say = wording.say
    sheets = [
        _Sheet(say("Summary"), (say("What"), say("Value")), _summary(report, wording)),
        _guests(report, wording),
        _jobs(report, wording),
        _storages(report, wording),
        _Sheet(
            say("Anomalies"),
            (say("Severity"), say("Code"), say("What it is about"), say("What is wrong"), say("What to do"),
             say("Acknowledged by")),
            [
                [wording.severity(each.severity), each.code, _text(each.subject), _text(message_of(each, wording)),
                 _text(remedy_of(each, wording)),
                 _text(say("none") if each.acknowledged is None else each.acknowledged.owner)]
                for each in report.anomalies
            ],
        ),
        _Sheet(
            say("What was not seen"),
            (say("Question"), say("Why"), say("Right that would help"), say("Blind to"), say("What it hides")),
            [
                [_text(gap.endpoint), _text(wording.gap_reason(gap)),
                 _text(wording.language.right(gap.needs) if gap.needs else say("none")),
                 wording.blinds(gap.blinds) or say("nothing that decides"),
                 _text(wording.listed(sorted(gap.hides)) or say("not known"))]
                for gap in sorted(report.analysis.cluster.gaps, key=lambda gap: (gap.endpoint, gap.kind, gap.detail))
            ],
        ),
    ]  # fmt: skip
    head = {"created": rfc3339(report.analysis.cluster.asked_at), "language": language.code}
    body = ",\n".join(map(_written, sheets))
    return f'{json.dumps(head)[:-1]}, "sheets": [\n{body}\n]}}\n'


def _written(sheet: _Sheet) -> str:
    """Return a sheet as JSON with a line for each row."""
    head = _write({"name": sheet.name, "titles": sheet.titles, "note": sheet.note})
    rows = ",\n".join(map(_write, sheet.rows))
    return f'{head[:-1]}, "rows": [\n{rows}\n]}}'


def _guests(report: Report, wording: Wording) -> _Sheet:
    cluster = report.analysis.cluster
    columns = [column for column in guest_columns_for_machines() if column.name not in _OF_THE_FILE]
    told = [
        (column.value, {code: wording.language.gettext(phrase) for code, phrase in column.words.items()})
        for column in columns
    ]
    return _Sheet(
        wording.say("Guests"),
        tuple(wording.language.gettext(column.title) for column in columns),
        [
            [_cell(value(verdict, cluster), wording, codes) for value, codes in told]
            for verdict in sorted(report.analysis.guests, key=lambda verdict: verdict.guest.vmid)
        ],
        _perhaps_more(wording, whole=cluster.sight.guests),
    )


def _jobs(report: Report, wording: Wording) -> _Sheet:
    say, sight = wording.say, report.analysis.cluster.sight
    effective = Counter(match.job for verdict in report.analysis.guests for match in verdict.jobs if match.effective)
    rows: list[list[Value]] = [
        [
            verdict.job.id, verdict.job.enabled, verdict.job.schedule or Absent.NULL,
            selection_words(verdict.job, wording), target_words(verdict.job, wording),
            verdict.job.node or say("any"), Absent.UNKNOWN if verdict.guests is None else len(verdict.guests),
            effective[verdict.job.id], at(verdict.last_due, Absent.NULL), at(verdict.next_due, Absent.NULL),
            retention_words(verdict.job.retention) if verdict.job.retention else say("as the storage says"),
            verdict.job.comment or Absent.NULL,
        ]
        for verdict in sorted(report.analysis.jobs, key=lambda verdict: natural(verdict.job.id))
    ]  # fmt: skip
    titles = (
        say("Job"), say("Enabled"), say("Schedule"), say("Takes"), say("Writes to"), say("Node"),
        say("Guests it selects"), say("Guests it covers"), say("Last due"), say("Next due"), say("Keeps"),
        say("Comment"),
    )  # fmt: skip
    cells = [[_cell(value, wording) for value in row] for row in rows]
    return _Sheet(say("Backup jobs"), titles, cells, _perhaps_more(wording, whole=sight.jobs))


def _storages(report: Report, wording: Wording) -> _Sheet:
    say, cluster = wording.say, report.analysis.cluster
    rows = [row for storage in sorted(cluster.storages, key=lambda each: natural(each.id)) for row in _states(storage)]
    titles = (
        say("Storage"), say("Type"), say("Content"), say("Enabled"), say("Shared"), say("Node"), say("Reached"),
        say("Used bytes"), say("Bytes in all"),
    )  # fmt: skip
    cells = [[_cell(value, wording) for value in row] for row in rows]
    return _Sheet(say("Storages"), titles, cells, _perhaps_more(wording, whole=cluster.sight.storages))


def _states(storage: Storage) -> list[list[Value]]:
    """Return a row for each node that reports the storage; one that says so when none does."""
    own: list[Value] = [storage.id, storage.type, tuple(sorted(storage.content)), storage.enabled, storage.shared]
    states = sorted(storage.states, key=lambda state: state.node)
    unseen: list[Value] = [Absent.UNKNOWN] * 4
    return [[*own, state.node, known(state.available), known(state.used), known(state.total)] for state in states] or [
        [*own, *unseen]
    ]


def _summary(report: Report, wording: Wording) -> list[Row]:
    say, summary, cluster = wording.say, report.summary, report.analysis.cluster
    told = answer(report, wording)
    complete = {True: say("complete"), False: say("perhaps not all")}
    rows: list[tuple[str, Value]] = [
        (say("Cluster"), known(cluster.name)),
        (say("Asked at"), at(cluster.asked_at, Absent.UNKNOWN)),
        (say("Time zone of all times"), wording.zone.key),
        ("Proxmox VE", known(cluster.version)),
        ("pve-backup-report", report.tool_version),
        (say("Answer"), told.sentence),
        (say("Guests"), summary.guests),
        *((share.sign.word, share.count) for share in (*told.verdicts, *told.freshness)),
        *((sign, count) for sign, count in _severities(report, wording)),
        (say("What was not seen"), len(cluster.gaps)),
        (say("List of guests"), complete[cluster.sight.guests]),
        (say("List of backup jobs"), complete[cluster.sight.jobs]),
        (say("List of pools"), complete[cluster.sight.pools]),
        (say("List of storages"), complete[cluster.sight.storages]),
    ]
    return [[_text(name), _cell(value, wording)] for name, value in rows]


def _severities(report: Report, wording: Wording) -> list[tuple[str, int]]:
    summary = report.summary
    return [
        (wording.say("Anomalies: errors"), summary.errors),
        (wording.say("Anomalies: warnings"), summary.warnings),
        (wording.say("Anomalies: notices"), summary.notices),
        (wording.say("Anomalies: information"), summary.infos),
    ]


def _perhaps_more(wording: Wording, *, whole: bool) -> str | None:
    return None if whole else wording.say("There may be others that the token cannot see.")


def _cell(value: Value, wording: Wording, codes: Mapping[str, str] = _NO_CODES) -> Cell:
    """Return a value as a cell holds it, a code in its words."""
    if isinstance(value, str) and not isinstance(value, Absent):  # what is absent is no code
        return _text(codes.get(value, value))
    match value:
        case Absent():
            return wording.say("none") if value is Absent.NULL else wording.say("not known")
        case At(epoch):
            return _date(epoch, wording.zone)
        case bool():
            return wording.say("yes") if value else wording.say("no")
        case int():
            return value if -_EXACT < value < _EXACT else str(value)
        case _:
            return _text(wording.listed(value)) or wording.say("none")


@lru_cache(maxsize=4096)  # what is due tonight is due for a thousand guests
def _date(epoch: int, zone: ZoneInfo) -> Cell:
    local = datetime.fromtimestamp(epoch, zone).replace(tzinfo=None)
    return {"date": local.isoformat()} if local.year > _FIRST_YEAR else local.isoformat()


@lru_cache(maxsize=4096)  # nodes, jobs and codes stand in thousands of rows
def _text(text: str) -> str:
    return shorten(visible(shorten(text, _LONGEST)), _LONGEST)
