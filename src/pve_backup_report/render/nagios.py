"""The report as one line of a check for Nagios, Icinga and Checkmk: a state, a sentence, figures."""

import re
from enum import IntEnum

from pve_backup_report.model.report import Report
from pve_backup_report.render.language import Language
from pve_backup_report.render.mail_subject import mail_subject
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import pair

_LONGEST = 1000  # characters of the sentence: some transports cut at 1 KiB, and the figures come behind it

_CLAUSES = (
    pair("{n} guest undetermined", "{n} guests undetermined"),
    pair("{n} guest of unknown freshness", "{n} guests of unknown freshness"),
    pair("{n} answer missing or short", "{n} answers missing or short"),
)


class State(IntEnum):
    """What a plugin ends with."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


def nagios_check(report: Report, language: Language) -> tuple[State, str]:
    """Return the state and the line, which ends in a newline.

    An error is critical, a warning is a warning. Without either, whatever keeps the answer from being known makes it
    unknown, and the line says what.
    """
    wording = Wording.of(report, language)
    summary = report.summary
    unseen = _unseen(report, wording)
    if summary.errors:
        state = State.CRITICAL
    elif summary.warnings:
        state = State.WARNING
    else:
        state = State.UNKNOWN if unseen else State.OK
    told = [mail_subject(report, wording)]
    if summary.errors or summary.warnings:
        counts = (
            wording.plural("{n} error", "{n} errors", summary.errors),
            wording.plural("{n} warning", "{n} warnings", summary.warnings),
        )
        told.append(wording.listed(counts))
    told = [*unseen, *told] if state is State.UNKNOWN else [*told, *unseen]
    line = nagios_line(state, wording.say("; ").join(told))
    return state, f"{line} | {_figures(report)}\n"


def nagios_line(state: State, sentence: str) -> str:
    """Return state and sentence on one line, without its newline; nothing in the sentence begins the figures."""
    plain = " ".join(visible(re.sub(r"\s+", " ", sentence)).replace("|", "/").split())
    return f"PVE BACKUP {state.name} - {shorten(plain, _LONGEST)}"


def _unseen(report: Report, wording: Wording) -> list[str]:
    """Return what keeps the answer from being known, in words."""
    summary, cluster = report.summary, report.analysis.cluster
    gaps = sum(bool(gap.blinds) for gap in cluster.gaps)
    counts = (summary.undetermined, summary.unknown, gaps)
    told = [wording.plural(one, many, number) for number, (one, many) in zip(counts, _CLAUSES, strict=True) if number]
    if cluster.asked and not cluster.sight.guests:
        told.append(wording.say("there may be guests that the token cannot see"))
    return told


def _figures(report: Report) -> str:
    summary, guests = report.summary, report.summary.guests
    gaps = len(report.analysis.cluster.gaps)
    judged = ("covered", "partial", "uncovered", "undetermined", "exempt", "fresh", "late", "never", "unknown")
    figures = (
        f"guests={guests};;;0",
        *(f"{name}={getattr(summary, name)};;;0;{guests}" for name in judged),
        f"errors={summary.errors};;0;0",
        f"warnings={summary.warnings};0;;0",
        f"notices={summary.notices};;;0",
        f"gaps={gaps};;;0",
    )
    return " ".join(figures)
