"""The mail as a page: the answer, the counts, what is wrong and what to do, and what was not seen; nothing else.

It is made once, whole, and then cut to the amount that fits. Both parts of the mail lay out the same page.
"""

from dataclasses import dataclass, replace
from itertools import takewhile

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.natural import natural
from pve_backup_report.model.report import Report
from pve_backup_report.render.answer import Share, answer
from pve_backup_report.render.change_row import ChangeRow, change_rows
from pve_backup_report.render.donut import CIRCLE
from pve_backup_report.render.page import title_of
from pve_backup_report.render.policy_row import exception_lines
from pve_backup_report.render.sign import Sign
from pve_backup_report.render.trouble_row import TroubleGroup, gap_row, trouble_groups
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording

_NAME_SHOWN = 60  # characters of the cluster's name
_LEAST_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Amount:
    """How much a mail shows.

    Attributes:
        groups: kinds of trouble.
        items: of each kind.
        gaps: questions without a whole answer.
        changes: things that are not as they were.
        characters: of each text that a user or a server had a part in.
        exceptions: exempt guests and acknowledged anomalies.
    """

    groups: int
    items: int
    gaps: int
    changes: int
    characters: int
    exceptions: int = 25

    def smaller(self) -> "Amount":
        """Return about three quarters of it; the same when there is nothing left to take away."""
        return Amount(
            groups=self.groups * 3 // 4,
            items=max(1, self.items * 3 // 4),
            gaps=self.gaps * 3 // 4,
            changes=self.changes * 3 // 4,
            characters=max(_LEAST_CHARACTERS, self.characters * 3 // 4),
            exceptions=self.exceptions * 3 // 4,
        )


@dataclass(frozen=True, slots=True)
class MailGroup:
    """All anomalies of one code.

    Attributes:
        sign: the severity.
        code: the rule's code.
        count: how many there are.
        messages: those shown.
        more: how many are not.
        remedy: what to do.
        for_all: that is the same for all; else it is what to do for the first.
    """

    sign: Sign
    code: str
    count: int
    messages: tuple[str, ...]
    more: int
    remedy: str
    for_all: bool


@dataclass(frozen=True, slots=True)
class MailGap:
    """One question without a whole answer: which, why, and the right that would help."""

    endpoint: str
    reason: str
    needs: str | None


@dataclass(frozen=True, slots=True)
class MailShare:
    """How many guests have one verdict or one freshness; its width in the bar is in hundredths."""

    sign: Sign
    count: str
    percent: str | None
    width: int


@dataclass(frozen=True, slots=True)
class MailPage:
    """Everything that a mail shows.

    Attributes:
        language: code of the reader's language.
        title: what the mail is about.
        when: the time of the run with its zone; None when no calendar can show it.
        sign: how it looks as a whole.
        sentence: the answer.
        shares: the second sentence; empty when there is none.
        verdicts: those that at least one guest has.
        freshness: the same way.
        urgent: how many errors and warnings there are, in words; None when there is none.
        groups: errors and warnings, the worst first.
        more: how many of them are in no group shown.
        compared: with which report, in words, or why with none; None where no history is kept.
        changes: what is not as it was then.
        more_changes: how many are not shown.
        unseen: how many questions have no whole answer, in words; None when all have.
        gaps: those shown.
        more_gaps: how many are not.
        remarks: how many notices and informations the report has beside; None when it has none.
        exceptions: who is exempt, and what is acknowledged by whom: those shown.
        more_exceptions: how many are not.
        version: of this program.
        footer: the administrator's own line; empty for none.
        attached: a report goes with the mail.
    """

    language: str
    title: str
    when: str | None
    sign: Sign
    sentence: str
    shares: str
    verdicts: tuple[MailShare, ...]
    freshness: tuple[MailShare, ...]
    urgent: str | None
    groups: tuple[MailGroup, ...]
    more: int
    compared: str | None
    changes: tuple[ChangeRow, ...]
    more_changes: int
    unseen: str | None
    gaps: tuple[MailGap, ...]
    more_gaps: int
    remarks: str | None
    exceptions: tuple[str, ...]
    more_exceptions: int
    version: str
    footer: str = ""
    attached: bool = True

    def cut(self, amount: Amount) -> "MailPage":
        """Return the page with no more than that amount."""
        groups, gaps, changes = self.groups[: amount.groups], self.gaps[: amount.gaps], self.changes[: amount.changes]
        exceptions = self.exceptions[: amount.exceptions]
        return replace(
            self,
            groups=tuple(_cut_group(group, amount) for group in groups),
            more=sum(group.count for group in self.groups[len(groups) :]),
            gaps=tuple(_cut_gap(gap, amount.characters) for gap in gaps),
            more_gaps=len(self.gaps) - len(gaps),
            changes=tuple(_cut_change(change, amount) for change in changes),
            more_changes=len(self.changes) - len(changes),
            exceptions=tuple(_short(line, amount.characters) for line in exceptions),
            more_exceptions=len(self.exceptions) - len(exceptions),
        )


def mail_page(report: Report, wording: Wording) -> MailPage:
    """Return the whole page of a report."""
    told, summary, cluster = answer(report, wording), report.summary, report.analysis.cluster
    urgent = takewhile(lambda anomaly: anomaly.severity >= Severity.WARNING, report.open)
    moment = wording.moment(cluster.asked_at)
    remarks = summary.notices + summary.infos
    return MailPage(
        language=wording.language.code,
        title=visible(title_of(cluster.name, _NAME_SHOWN, wording)),
        when=None if moment is None else f"{moment.text} ({wording.zone.key})",
        sign=told.sign,
        sentence=told.sentence,
        shares=told.shares,
        verdicts=_shares(told.verdicts, wording),
        freshness=_shares(told.freshness, wording),
        urgent=urgent_counted(summary.errors, summary.warnings, wording) or None,
        groups=tuple(_group(group) for group in trouble_groups(urgent, {}, wording)),
        more=0,
        compared=_compared(report, wording),
        changes=() if report.past is None else change_rows(report.past.changes, wording),
        more_changes=0,
        unseen=_unseen(len(cluster.gaps), wording),
        gaps=_gaps(report, wording),
        more_gaps=0,
        remarks=wording.plural(
            "{n} less urgent remark is in the full report.",
            "{n} less urgent remarks are in the full report.",
            remarks,
        )
        if remarks
        else None,
        exceptions=exception_lines(report, wording),
        more_exceptions=0,
        version=report.tool_version,
    )


def urgent_counted(errors: int, warnings: int, wording: Wording) -> str:
    """Return such as ``1 error, 2 warnings``; empty when there is none of either."""
    counts = [
        wording.plural("{n} error", "{n} errors", errors) if errors else "",
        wording.plural("{n} warning", "{n} warnings", warnings) if warnings else "",
    ]
    return wording.listed([count for count in counts if count])


def _shares(shares: tuple[Share, ...], wording: Wording) -> tuple[MailShare, ...]:
    return tuple(
        MailShare(share.sign, wording.language.number(share.count), share.percent, max(1, 100 * share.length // CIRCLE))
        for share in shares
        if share.count
    )


def _group(group: TroubleGroup) -> MailGroup:
    return MailGroup(
        sign=group.sign,
        code=group.code,
        count=len(group.items),
        messages=tuple(item.message for item in group.items),
        more=0,
        remedy=(group.items[0].remedy if group.remedy is None else group.remedy) or "",
        for_all=group.remedy is not None,
    )


def _cut_group(group: MailGroup, amount: Amount) -> MailGroup:
    messages = group.messages[: amount.items]
    return replace(
        group,
        code=_short(group.code, amount.characters),
        messages=tuple(_short(message, amount.characters) for message in messages),
        more=group.count - len(messages),
        remedy=_short(group.remedy, amount.characters),
    )


def _gaps(report: Report, wording: Wording) -> tuple[MailGap, ...]:
    gaps = sorted(report.analysis.cluster.gaps, key=lambda gap: (natural(gap.endpoint), gap.kind, gap.detail))
    rows = [gap_row(gap, wording) for gap in gaps]
    return tuple(MailGap(row.endpoint, row.reason, row.needs) for row in rows)


def _cut_gap(gap: MailGap, characters: int) -> MailGap:
    needs = None if gap.needs is None else _short(gap.needs, characters)
    return MailGap(_short(gap.endpoint, characters), _short(gap.reason, characters), needs)


def _unseen(gaps: int, wording: Wording) -> str | None:
    if not gaps:
        return None
    return wording.plural(
        "{n} answer is missing or short; the report lists it.",
        "{n} answers are missing or short; the report lists them.",
        gaps,
    )


def _compared(report: Report, wording: Wording) -> str | None:
    past = report.past
    if past is None:
        return None
    if past.fault is not None:
        return visible(past.fault)
    moment = None if past.previous is None else wording.moment(past.previous.at)
    if moment is None:
        return wording.say("This is the first report that is kept; the next one will say what changed.")
    told = wording.say("Compared with the report of {when}.", when=moment.text)
    nothing = wording.say("Nothing has changed.")
    return told if past.changes else f"{told} {nothing}"


def _cut_change(change: ChangeRow, amount: Amount) -> ChangeRow:
    detail = None if change.detail is None else _short(change.detail, amount.characters)
    return replace(change, subject=_short(change.subject, amount.characters), detail=detail)


def _short(text: str, characters: int) -> str:
    """Shorten what is seen: a character that is written as an escape takes the place of several."""
    return shorten(visible(text[: characters + 1]), characters)
