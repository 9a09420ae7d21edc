"""The note: a report in a few lines, for a chat or a phone."""

import re

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.parcel import Note
from pve_backup_report.model.report import Report
from pve_backup_report.render.answer import answer
from pve_backup_report.render.language import Language
from pve_backup_report.render.mail_page import urgent_counted
from pve_backup_report.render.mail_subject import mail_subject
from pve_backup_report.render.sentence import message_of
from pve_backup_report.render.sign import severity_sign
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording

_LONGEST = 1000  # characters: the narrowest of the usual services (Pushover) takes 1024
_LONGEST_LINE = 160
_SHOWN = 5
# What chats take for a call to everyone there; a guest's name must not make one.
_CALL = re.compile(r"@(?=everyone|here|channel|all|room)|<(?=[!@#])", re.IGNORECASE)


def note_of(report: Report, language: Language) -> Note:
    """Return the note of a report.

    Args:
        report: what to tell.
        language: the reader's.
    """
    wording = Wording.of(report, language)
    told, summary, gaps = answer(report, wording), report.summary, len(report.analysis.cluster.gaps)
    urgent = [anomaly for anomaly in report.open if anomaly.severity >= Severity.WARNING]
    first = [f"{told.sentence} {told.shares}".strip()]
    last = [urgent_counted(summary.errors, summary.warnings, wording)]
    if gaps:
        last.append(
            wording.plural(
                "{n} answer is missing or short; the report lists it.",
                "{n} answers are missing or short; the report lists them.",
                gaps,
            )
        )
    shown = [f"{severity_sign(anomaly.severity, wording).symbol} {message_of(anomaly, wording)}" for anomaly in urgent]
    shown = [_line(line) for line in shown[:_SHOWN]]
    while True:
        text = "\n".join(line for line in (*first, *shown, *_rest(len(urgent) - len(shown), wording), *last) if line)
        if len(text) <= _LONGEST or not shown:
            break
        shown.pop()
    return Note(harmless(mail_subject(report, wording)), told.sentence, shorten(text, _LONGEST), told.sign.tone)


def harmless(text: str) -> str:
    """Return a text that calls nobody in a chat and hides nothing."""
    return _CALL.sub(lambda found: f"{found[0]} ", visible(text))


def _line(text: str) -> str:
    return harmless(shorten(" ".join(text.split()), _LONGEST_LINE))


def _rest(more: int, wording: Wording) -> tuple[str, ...]:
    return (wording.plural("  and {n} more", "  and {n} more", more).strip(),) if more > 0 else ()
