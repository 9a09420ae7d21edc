"""The answer: one sentence that says how the guests stand, and the shares it rests on."""

from collections.abc import Callable
from dataclasses import dataclass

from pve_backup_report.anomalies.acknowledged_states import open_states
from pve_backup_report.coverage.sizes import sizes_of
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.report import Report, Summary
from pve_backup_report.model.verdict import Freshness, Verdict
from pve_backup_report.render.donut import CIRCLE
from pve_backup_report.render.sign import BAD, CALM, FAIR, GOOD, UNSEEN, Sign, freshness_sign, verdict_sign
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import pair

_NEEDS_ACTION = frozenset({Verdict.UNCOVERED, Freshness.NEVER})
_WORTH_A_LOOK = frozenset({Verdict.PARTIAL, Freshness.LATE})
_UNSEEN = frozenset({Verdict.UNDETERMINED, Freshness.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Share:
    """How many guests have one verdict or one freshness.

    Attributes:
        sign: which.
        count: guests, or bytes.
        written: the count as people read it.
        percent: of all but the last, calm one; None for that one, and when it would claim more than was seen.
        start: where its arc of the ring begins, in thousandths.
        length: of its arc, the same way.
    """

    sign: Sign
    count: int
    written: str
    percent: str | None
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The first screen.

    Attributes:
        sign: how it looks as a whole.
        sentence: the answer.
        shares: the second sentence, such as ``92 % covered, 5 % undetermined.``; empty when there is no guest.
        covered: share of the guests that are not exempt and are covered; None when that would claim too much.
        verdicts: every verdict, in order of worth.
        freshness: every freshness, the same way.
        sizes: the guests' disks by verdict; counts are bytes, and volumes left out count as not covered.
        covered_size: share of the bytes that are not exempt and are covered; None when that would claim too much.
        unsized: guests with a disk of unknown size, which ``sizes`` leaves out.
    """

    sign: Sign
    sentence: str
    shares: str
    covered: str | None
    verdicts: tuple[Share, ...]
    freshness: tuple[Share, ...]
    sizes: tuple[Share, ...]
    covered_size: str | None
    unsized: int


def answer(report: Report, wording: Wording) -> Answer:
    """Return the first screen of a report."""
    summary, cluster = report.summary, report.analysis.cluster
    whole = cluster.sight.guests
    verdicts = shares_of(
        [
            (verdict_sign(Verdict.COVERED, wording), summary.covered),
            (verdict_sign(Verdict.PARTIAL, wording), summary.partial),
            (verdict_sign(Verdict.UNCOVERED, wording), summary.uncovered),
            (verdict_sign(Verdict.UNDETERMINED, wording), summary.undetermined),
            (verdict_sign(Verdict.EXEMPT, wording), summary.exempt),
        ],
        wording,
        whole=whole,
    )
    freshness = shares_of(
        [
            (freshness_sign(Freshness.FRESH, wording), summary.fresh),
            (freshness_sign(Freshness.LATE, wording), summary.late),
            (freshness_sign(Freshness.NEVER, wording), summary.never),
            (freshness_sign(Freshness.UNKNOWN, wording), summary.unknown),
            (freshness_sign(None, wording), _nothing_due(summary)),
        ],
        wording,
        whole=whole,
    )
    sizes = sizes_of(report.analysis.guests)
    return Answer(
        sign=_sign(report, wording),
        sentence=(_sentence(summary, wording, whole=whole) if cluster.asked else _servers_only(cluster, wording))
        + _acknowledged(summary, wording),
        shares=_shares_sentence(summary, wording, whole=whole),
        covered=percent_of(summary.covered, summary.guests - summary.exempt, wording, whole=whole),
        verdicts=verdicts,
        freshness=freshness,
        sizes=shares_of(
            [
                (verdict_sign(Verdict.COVERED, wording), sizes.covered),
                (verdict_sign(Verdict.UNCOVERED, wording), sizes.uncovered),
                (verdict_sign(Verdict.UNDETERMINED, wording), sizes.undetermined),
                (verdict_sign(Verdict.EXEMPT, wording), sizes.exempt),
            ],
            wording,
            whole=whole and not sizes.unsized,
            write=wording.language.size,
        ),
        covered_size=percent_of(sizes.covered, sizes.wanted, wording, whole=whole and not sizes.unsized),
        unsized=sizes.unsized,
    )


def _nothing_due(summary: Summary) -> int:
    return summary.guests - summary.fresh - summary.late - summary.never - summary.unknown


def _sign(report: Report, wording: Wording) -> Sign:
    summary, cluster = report.summary, report.analysis.cluster
    whole = cluster.sight.guests or not cluster.asked
    if not cluster.asked and not (summary.errors or summary.warnings or cluster.gaps):
        return Sign("–", wording.say("Backup servers only"), CALM)
    if cluster.asked and not summary.guests and whole:
        return Sign("–", wording.say("Nothing to back up"), CALM)
    found = open_states(report.analysis.guests, report.anomalies)
    signs = (
        (found & _NEEDS_ACTION or summary.errors, Sign("✗", wording.say("Action needed"), BAD)),
        (found & _WORTH_A_LOOK or summary.warnings, Sign("▲", wording.say("Worth a look"), FAIR)),
        (
            found & _UNSEEN or not whole or not cluster.asked,
            Sign("?", wording.say("Not everything could be seen"), UNSEEN),
        ),
        (summary.acknowledged, Sign("–", wording.say("Nothing but what is acknowledged"), CALM)),
    )
    return next((sign for holds, sign in signs if holds), Sign("✓", wording.say("All is well"), GOOD))


def _servers_only(cluster: Cluster, wording: Wording) -> str:
    snapshots = sum(
        len(namespace.snapshots)
        for server in cluster.pbs
        for datastore in server.datastores
        for namespace in datastore.namespaces
    )
    servers = wording.plural("{n} backup server", "{n} backup servers", len(cluster.pbs))
    return wording.plural(
        "No cluster was asked. There is {n} snapshot on {servers}.",
        "No cluster was asked. There are {n} snapshots on {servers}.",
        snapshots,
        servers=servers,
    )


def _sentence(summary: Summary, wording: Wording, *, whole: bool) -> str:
    if not summary.guests:
        if whole:
            return wording.say("This cluster has no guest.")
        return wording.say("No guest could be seen, which does not mean that there is none.")
    if summary.exempt == summary.guests:
        return wording.say("Every guest is exempt from backup on purpose.")
    sentences = [_judged(summary, wording, whole=whole)]
    if summary.exempt:
        sentences.append(wording.plural("{n} is exempt on purpose.", "{n} are exempt on purpose.", summary.exempt))
    return " ".join(sentences)


def _acknowledged(summary: Summary, wording: Wording) -> str:
    if not summary.acknowledged:
        return ""
    told = wording.plural("{n} anomaly is acknowledged.", "{n} anomalies are acknowledged.", summary.acknowledged)
    return f" {told}"


def _judged(summary: Summary, wording: Wording, *, whole: bool) -> str:
    clauses: list[str] = []
    for count, (one, many) in zip(_counts(summary), _CLAUSES, strict=True):
        if count:
            some = wording.language.number(count) if clauses else _of_all(count, summary.guests, wording, whole=whole)
            clauses.append(wording.plural(one, many, count, some=some))
    if clauses:
        return wording.say("{clauses}.", clauses=wording.say("; ").join(clauses))
    if summary.exempt:
        some = _of_all(summary.covered, summary.guests, wording, whole=whole)
        return wording.plural(
            "{some} is covered by a backup job, and every backup that was due is there.",
            "{some} are covered by a backup job, and every backup that was due is there.",
            summary.covered,
            some=some,
        )
    if whole:
        return wording.plural(
            "The only guest is covered by a backup job, and every backup that was due is there.",
            "All {n} guests are covered by a backup job, and every backup that was due is there.",
            summary.covered,
        )
    return wording.plural(
        "The only guest seen is covered by a backup job; there may be others that the token cannot see.",
        "All {n} guests seen are covered by a backup job; there may be others that the token cannot see.",
        summary.covered,
    )


def _counts(summary: Summary) -> tuple[int, ...]:
    """Return what is not as it should be, the worst first; one number for each of the clauses."""
    return (
        summary.uncovered, summary.partial, summary.never, summary.late, summary.undetermined, summary.unknown,
    )  # fmt: skip


_CLAUSES = (
    pair("{some} is not covered by a backup job", "{some} are not covered by a backup job"),
    pair("{some} is covered only in part", "{some} are covered only in part"),
    pair("{some} has never been backed up", "{some} have never been backed up"),
    pair("{some} has a late backup", "{some} have a late backup"),
    pair("{some} could not be judged", "{some} could not be judged"),
    pair("{some} could not be checked for a fresh backup", "{some} could not be checked for a fresh backup"),
)


def _of_all(count: int, guests: int, wording: Wording, *, whole: bool) -> str:
    total = wording.language.number(guests)
    if whole:
        return wording.plural("{n} of {total} guests", "{n} of {total} guests", count, total=total)
    return wording.plural("{n} of the {total} guests seen", "{n} of the {total} guests seen", count, total=total)


def _shares_sentence(summary: Summary, wording: Wording, *, whole: bool) -> str:
    wanted = summary.guests - summary.exempt
    covered = percent_of(summary.covered, wanted, wording, whole=whole)
    undetermined = percent_of(summary.undetermined, wanted, wording, whole=whole)
    if covered is None or undetermined is None:
        return ""
    if not summary.undetermined:
        return wording.say("{covered} covered.", covered=covered)
    return wording.say("{covered} covered, {undetermined} undetermined.", covered=covered, undetermined=undetermined)


def shares_of(
    counts: list[tuple[Sign, int]], wording: Wording, *, whole: bool, write: Callable[[int], str] | None = None
) -> tuple[Share, ...]:
    """Return the parts of a ring.

    Args:
        counts: of each state, the exempt or calm one last: it is no part of a share.
        wording: the reader's.
        whole: everything was counted.
        write: how people read a count; as a plain number when not given.
    """
    total = sum(count for _, count in counts)
    wanted = total - counts[-1][1]  # exempt guests, and those for which nothing is due, are no part of a share
    shares: list[Share] = []
    before = 0
    for sign, count in counts:
        start = CIRCLE * before // total if total else 0
        before += count
        length = CIRCLE * before // total - start if total else 0
        percent = None if sign.tone == CALM else percent_of(count, wanted, wording, whole=whole)
        written = (write or wording.language.number)(count)
        shares.append(Share(sign, count, written, percent, start, length))
    return tuple(shares)


def percent_of(part: int, total: int, wording: Wording, *, whole: bool) -> str | None:
    """Return a share; None of nothing, and for all of a list that may be short."""
    if not total or (part == total and not whole):
        return None
    return wording.language.percent(part, total)
