"""The subject of the mail: the cluster, what is not as it should be, the worst first, and the share that is covered.

It claims no more than was seen: of a list of guests that may be short there is no "all", and "all is well" is only
said when the first screen of the report says so too.
"""

from pve_backup_report.model.report import Report, Summary
from pve_backup_report.render.answer import Answer, answer
from pve_backup_report.render.mail_page import urgent_counted
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import pair

_LONGEST = 180
_NAME_SHOWN = 40  # characters; Proxmox VE allows a cluster's name 15
_CLAUSES = (
    pair("{some} not covered", "{some} not covered"),
    pair("{some} covered in part", "{some} covered in part"),
    pair("{some} never backed up", "{some} never backed up"),
    pair("{some} late", "{some} late"),
    pair("{some} undetermined", "{some} undetermined"),
    pair("{some} unchecked", "{some} unchecked"),
)


def mail_subject(report: Report, wording: Wording) -> str:
    """Return one line without anything in it that a mail's header could take for its own."""
    told = answer(report, wording)
    found = _found(report.summary, wording) or _otherwise(report, told, wording)
    seen = _covered(report, told, wording)
    line = wording.say("{found} – {covered}", found=found, covered=seen) if seen else found
    name = _plain(report.analysis.cluster.name or "") or "?"
    room = max(1, min(_NAME_SHOWN, _LONGEST - len(_plain(f"[] {line}"))))  # the name gives way to the answer
    return shorten(_plain(f"[{shorten(name, room)}] {line}"), _LONGEST)


def _plain(text: str) -> str:
    """Return ``text`` on one line; what begins with ``=?`` would be decoded, and could then be anything."""
    return " ".join(visible(text[:1000]).replace("=?", "= ?").split())


def _found(summary: Summary, wording: Wording) -> str:
    """Return what is not as it should be with the guests, such as ``2 guests not covered, 1 late``; else nothing."""
    counts = (
        summary.uncovered, summary.partial, summary.never, summary.late, summary.undetermined, summary.unknown,
    )  # fmt: skip
    clauses: list[str] = []
    for count, (one, many) in zip(counts, _CLAUSES, strict=True):
        if count:
            guests = wording.plural("{n} guest", "{n} guests", count)
            clauses.append(wording.plural(one, many, count, some=wording.language.number(count) if clauses else guests))
    return wording.listed(clauses)


def _otherwise(report: Report, told: Answer, wording: Wording) -> str:
    """Return the errors and warnings when there are any, else how it looks as a whole."""
    summary = report.summary
    urgent = urgent_counted(summary.errors, summary.warnings, wording)
    return urgent or told.sign.word


def _covered(report: Report, told: Answer, wording: Wording) -> str:
    """Return what is known to be covered; empty when the numbers before say it all."""
    summary, cluster = report.summary, report.analysis.cluster
    whole = cluster.sight.guests
    if not cluster.asked:
        return wording.say("no cluster was asked")
    if not summary.guests:
        return wording.say("no guest") if whole else wording.say("no guest could be seen")
    if summary.exempt == summary.guests:
        return wording.say("every guest exempt on purpose") if whole else wording.say("every guest seen is exempt")
    if told.covered is None:
        return _all_seen(summary, wording)
    if summary.undetermined and not summary.covered:
        return ""  # not even "0 %": what is undetermined may be covered
    return _share(told.covered, wording, least=bool(summary.undetermined), whole=whole)


def _share(percent: str, wording: Wording, *, least: bool, whole: bool) -> str:
    some = wording.say("at least {percent}", percent=percent) if least else percent
    if whole:
        return wording.say("{percent} covered", percent=some)
    return wording.say("{percent} of the guests seen covered", percent=some)


def _all_seen(summary: Summary, wording: Wording) -> str:
    if summary.exempt:
        total = wording.language.number(summary.guests)
        return wording.plural(
            "{n} of the {total} guests seen covered", "{n} of the {total} guests seen covered", summary.covered,
            total=total,
        )  # fmt: skip
    return wording.plural("the only guest seen is covered", "all {n} guests seen are covered", summary.covered)
