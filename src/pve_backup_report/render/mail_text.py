"""The mail as plain text: the answer, the counts, what is wrong and what to do, and what was not seen."""

import textwrap
from collections.abc import Iterator

from pve_backup_report.render.change_row import ChangeRow
from pve_backup_report.render.mail_page import MailGap, MailGroup, MailPage, MailShare
from pve_backup_report.render.visible import visible
from pve_backup_report.render.wording import Wording

_WIDTH = 78


def mail_text(page: MailPage, wording: Wording) -> str:
    """Return the plain text of the message."""
    lines = "\n".join(filled(line) for line in _lines(page, wording))
    return f"{lines}\n"


def _lines(page: MailPage, wording: Wording) -> Iterator[str]:
    yield f"{page.sign.symbol} {page.sign.word}"
    yield ""
    yield page.sentence
    if page.shares:
        yield page.shares
    yield ""
    yield page.title
    if page.when:
        yield page.when
    yield from _counts(wording.say("Coverage"), page.verdicts)
    yield from _counts(wording.say("Freshness"), page.freshness)
    if page.urgent:
        head = wording.say("Needs attention")
        yield from _headed(f"{head} ({page.urgent})")
        for group in page.groups:
            yield ""
            yield from _group(group, wording)
        if page.more:
            yield ""
            yield more_in_report(page.more, wording)
    yield from _changes(page, wording)
    yield from _unseen(page, wording)
    yield from _exceptions(page, wording)
    yield from _foot(page, wording)


def _foot(page: MailPage, wording: Wording) -> Iterator[str]:
    yield from _unseen(page, wording)
    yield from _exceptions(page, wording)
    yield ""
    if page.remarks:
        yield page.remarks
    if page.attached:
        yield wording.say("The full report is attached.")
    else:
        yield wording.say("The full report lies where the program wrote it.")
    if page.footer:
        yield page.footer
    yield wording.say("Only questions were asked; nothing in the cluster was changed.")


def more_in_report(more: int, wording: Wording) -> str:
    """Say how many are left out here and where they are."""
    return wording.plural("and {n} more, in the full report", "and {n} more, in the full report", more)


def _headed(title: str) -> tuple[str, ...]:
    return "", title, "-" * min(len(title), _WIDTH)


def _counts(title: str, shares: tuple[MailShare, ...]) -> Iterator[str]:
    if not shares:
        return
    yield from _headed(title)
    widest = max(len(share.sign.word) for share in shares)
    longest = max(len(share.count) for share in shares)
    for share in shares:
        percent = f"  {share.percent}" if share.percent else ""
        yield f"{share.sign.symbol} {share.sign.word:{widest}}  {share.count:>{longest}}{percent}"


def _group(group: MailGroup, wording: Wording) -> Iterator[str]:
    code = f"{group.code} ({wording.language.number(group.count)})"
    yield wording.say("{what}: {detail}", what=f"{group.sign.symbol} {group.sign.word}", detail=code)
    yield from (f"  - {message}" for message in group.messages)
    if group.more:
        yield f"  {more_in_report(group.more, wording)}"
    if group.remedy:
        label = wording.say("What to do:") if group.for_all else wording.say("What to do, for example:")
        yield f"  → {label} {group.remedy}"


def _changes(page: MailPage, wording: Wording) -> Iterator[str]:
    if not page.compared:
        return
    yield from _headed(wording.say("Since the last report"))
    yield page.compared
    yield from (_change(change, wording) for change in page.changes)
    if page.more_changes:
        yield f"  {more_in_report(page.more_changes, wording)}"


def _change(change: ChangeRow, wording: Wording) -> str:
    told = wording.say("{what}: {detail}", what=f"{change.sign.symbol} {change.sign.word}", detail=change.subject)
    return f"  {told} ({change.detail})" if change.detail else f"  {told}"


def _unseen(page: MailPage, wording: Wording) -> Iterator[str]:
    if not page.unseen:
        return
    yield from _headed(wording.say("What was not seen"))
    yield page.unseen
    yield from (_gap(gap, wording) for gap in page.gaps)
    if page.more_gaps:
        yield f"  {more_in_report(page.more_gaps, wording)}"


def _exceptions(page: MailPage, wording: Wording) -> Iterator[str]:
    if not page.exceptions and not page.more_exceptions:
        return
    yield from _headed(wording.say("Exceptions granted"))
    yield from (f"  - {line}" for line in page.exceptions)
    if page.more_exceptions:
        yield f"  {more_in_report(page.more_exceptions, wording)}"


def _gap(gap: MailGap, wording: Wording) -> str:
    told = wording.say("{what}: {detail}", what=gap.endpoint, detail=gap.reason)
    if not gap.needs:
        return f"  - {told}"
    needs = wording.say("{what}: {detail}", what=wording.say("Right that would help"), detail=gap.needs)
    return f"  - {told} ({needs})"


def filled(line: str) -> str:
    """Return a line of a mail over as many lines as it needs; names and commands stay in one piece.

    Args:
        line: what the line says; nothing in it is trusted.
    """
    indent = "    " if line.startswith(" ") else ""
    return textwrap.fill(visible(line), _WIDTH, subsequent_indent=indent, break_on_hyphens=False)
