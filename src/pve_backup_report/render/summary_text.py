"""What the program says after a run: the answer, the numbers and what is wrong, in a few lines."""

from rich.console import Console
from rich.text import Text

from pve_backup_report.model.report import Report
from pve_backup_report.render.language import Language
from pve_backup_report.render.page import page
from pve_backup_report.render.terminal import plain, show, signed
from pve_backup_report.render.wording import Wording

MESSAGES_SHOWN = 10


def print_summary(report: Report, language: Language, console: Console) -> None:
    """Print the summary of a report.

    Args:
        report: what to sum up.
        language: the reader's.
        console: where to.
    """
    wording = Wording.of(report, language)
    read = page(report, language)
    lines = [signed(read.answer.sign), plain(read.answer.sentence)]
    if read.answer.shares:
        lines.append(plain(read.answer.shares))
    counts = [Text.assemble(signed(sign), f" {count}") for sign, count in read.severities if count]
    if counts:
        lines.append(Text(", ").join(counts))
    messages = [(group.sign, item.message) for group in read.urgent for item in group.items]
    widest = max((len(sign.word) for sign, _ in messages), default=0)
    for sign, message in messages[:MESSAGES_SHOWN]:
        lines.append(Text.assemble("  ", signed(sign), " " * (widest - len(sign.word) + 2), plain(message)))
    rest = len(messages) - MESSAGES_SHOWN
    if rest > 0:
        lines.append(plain(wording.plural("  and {n} more", "  and {n} more", rest)))
    if read.gaps:
        lines.append(plain(wording.plural(
            "{n} answer is missing or short; the report lists it.",
            "{n} answers are missing or short; the report lists them.",
            len(read.gaps),
        )))  # fmt: skip
    show(console, *lines)
