"""The mail that goes with the reports: the answer in the subject, what needs doing in the text."""

import textwrap

from pve_backup_report.model.report import Report
from pve_backup_report.render.language import Language
from pve_backup_report.render.page import Page, page
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording

_WIDTH = 78
_LONGEST_SUBJECT = 180
_MOST_ITEMS = 20


def mail_subject(report: Report, language: Language) -> str:
    """Return one line: the cluster, and how its guests stand."""
    shown = page(report, language)
    sentence = f"{shown.answer.sentence} {shown.answer.shares}".strip()
    return shorten(" ".join(visible(f"[{shown.cluster or '?'}] {sentence}").split()), _LONGEST_SUBJECT)


def mail_text(report: Report, language: Language) -> str:
    """Return the plain text of the message: the answer, errors and warnings with what to do, and what was not seen."""
    shown = page(report, language)
    wording = Wording.of(report, language)
    lines = [shown.answer.sentence]
    if shown.answer.shares:
        lines.append(shown.answer.shares)
    if shown.generated is not None:
        lines.append(f"{shown.generated.text} ({shown.zone})")
    lines.extend(_troubles(shown, wording))
    if shown.gaps:
        lines.append("")
        lines.append(
            wording.plural(
                "{n} answer is missing or short: see what was not seen.",
                "{n} answers are missing or short: see what was not seen.",
                len(shown.gaps),
            )
        )
    return "\n".join(textwrap.fill(visible(line), _WIDTH, subsequent_indent="    ") for line in lines) + "\n"


def _troubles(shown: Page, wording: Wording) -> list[str]:
    lines: list[str] = []
    for group in shown.urgent:
        lines.append("")
        lines.append(f"{group.sign.symbol} {group.sign.word}: {group.code}")
        for item in group.items[:_MOST_ITEMS]:
            lines.append(f"  - {item.message}")
            if item.remedy:
                lines.append(f"    → {item.remedy}")
        more = len(group.items) - _MOST_ITEMS
        if more > 0:
            lines.append(wording.plural("  and {n} more", "  and {n} more", more))
        if group.remedy:
            lines.append(f"  → {group.remedy}")
    return lines
