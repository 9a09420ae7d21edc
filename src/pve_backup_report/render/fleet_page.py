"""The report of a fleet as a page that people read; the HTML and the Markdown template both lay out this one page."""

from collections import Counter
from dataclasses import dataclass, replace

from pve_backup_report.model.fleet import Fleet, Standing
from pve_backup_report.model.verdict import Verdict
from pve_backup_report.render.answer import Share, percent_of, shares_of
from pve_backup_report.render.fleet_row import FleetRow, fleet_rows
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import Moment, zone_named
from pve_backup_report.render.sign import BAD, CALM, FAIR, GOOD, UNSEEN, Sign, verdict_sign
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import pair

_CLAUSES = (
    pair("{some} could not be asked", "{some} could not be asked"),
    pair("{some} needs action", "{some} need action"),
    pair("{some} is worth a look", "{some} are worth a look"),
    pair("{some} could not be seen wholly", "{some} could not be seen wholly"),
)


@dataclass(frozen=True, slots=True)
class FleetCounts:
    """How many clusters stand how."""

    not_asked: int
    bad: int
    fair: int
    unseen: int
    calm: int
    good: int

    @property
    def red(self) -> int:
        """Those that need somebody now."""
        return self.not_asked + self.bad


@dataclass(frozen=True, slots=True)
class FleetPage:
    """Everything that the page shows.

    Attributes:
        language: code of the reader's language.
        title: what the report is about.
        generated: the time of the run.
        zone: the zone of all times.
        tool_version: of this program.
        sign: how the fleet stands: no better than its worst cluster.
        sentence: the answer.
        second: the second sentence, about the guests; empty when none is known.
        counts: how many clusters stand how.
        clusters: the same as shares of a ring.
        verdicts: guests of the clusters that are known, by verdict.
        sizes: bytes of their disks, by verdict.
        covered: share of the guests; None when that would claim too much.
        covered_size: share of the bytes, the same way.
        guests: how many, with a sign behind the number when there are more.
        size: bytes of their disks, the same way.
        whole: every guest of every cluster is in the numbers.
        unknown: clusters that the numbers leave out.
        rows: the clusters, the worst first.
    """

    language: str
    title: str
    generated: Moment | None
    zone: str
    tool_version: str
    sign: Sign
    sentence: str
    second: str
    counts: FleetCounts
    clusters: tuple[Share, ...]
    verdicts: tuple[Share, ...]
    sizes: tuple[Share, ...]
    covered: str | None
    covered_size: str | None
    guests: str
    size: str
    whole: bool
    unknown: int
    rows: tuple[FleetRow, ...]

    def without_links(self) -> "FleetPage":
        """Return the page for a mail, where links to files lead nowhere."""
        return replace(self, rows=tuple(replace(row, links=()) for row in self.rows))


def wording_of(fleet: Fleet, language: Language) -> Wording:
    """Return the wording for the report of a fleet."""
    return Wording(language, zone_named(fleet.timezone), fleet.asked_at)


def known(fleet: Fleet) -> tuple[Standing, ...]:
    """Return what is known of the clusters that are judged from answers of today."""
    return tuple(member.standing for member in fleet.members if member.standing and member.failure is None)


def whole_guests(fleet: Fleet) -> bool:
    """Tell whether every guest of every cluster was seen."""
    standings = known(fleet)
    clusters = [standing.report.analysis.cluster for standing in standings]
    return len(standings) == len(fleet.members) and all(one.sight.guests or not one.asked for one in clusters)


def fleet_page(fleet: Fleet, language: Language) -> FleetPage:
    """Return the page of a fleet in a language."""
    wording = wording_of(fleet, language)
    rows = fleet_rows(fleet.members, wording)
    counts = _counts(rows)
    standings = known(fleet)
    summaries = [standing.report.summary for standing in standings]
    whole = whole_guests(fleet)
    sized = whole and not any(standing.unsized for standing in standings)
    guests, exempt = sum(each.guests for each in summaries), sum(each.exempt for each in summaries)
    covered = sum(each.covered for each in summaries)
    sizes = tuple(sum(standing.sizes[place] for standing in standings) for place in range(4))
    share = percent_of(covered, guests - exempt, wording, whole=whole)
    return FleetPage(
        language=language.code,
        title=wording.plural("Backup coverage of {n} cluster", "Backup coverage of {n} clusters", len(rows)),
        generated=wording.moment(fleet.asked_at),
        zone=wording.zone.key,
        tool_version=fleet.tool_version,
        sign=_sign(counts, wording),
        sentence=_sentence(counts, len(rows), wording),
        second=_second(guests, len(standings), share, wording, whole=whole),
        counts=counts,
        clusters=_clusters(counts, wording),
        verdicts=shares_of(
            [
                (verdict_sign(Verdict.COVERED, wording), covered),
                (verdict_sign(Verdict.PARTIAL, wording), sum(each.partial for each in summaries)),
                (verdict_sign(Verdict.UNCOVERED, wording), sum(each.uncovered for each in summaries)),
                (verdict_sign(Verdict.UNDETERMINED, wording), sum(each.undetermined for each in summaries)),
                (verdict_sign(Verdict.EXEMPT, wording), exempt),
            ],
            wording,
            whole=whole,
        ),
        sizes=shares_of(
            [
                (verdict_sign(Verdict.COVERED, wording), sizes[0]),
                (verdict_sign(Verdict.UNCOVERED, wording), sizes[1]),
                (verdict_sign(Verdict.UNDETERMINED, wording), sizes[2]),
                (verdict_sign(Verdict.EXEMPT, wording), sizes[3]),
            ],
            wording,
            whole=sized,
            write=language.size,
        ),
        covered=share,
        covered_size=percent_of(sizes[0], sum(sizes[:3]), wording, whole=sized),
        guests=_known(language.number(guests), bool(standings), whole=whole),
        size=_known(language.size(sum(sizes)), bool(standings), whole=sized),
        whole=whole,
        unknown=len(rows) - len(standings),
        rows=rows,
    )


def _known(written: str, some: bool, *, whole: bool) -> str:  # noqa: FBT001 - read as a sentence
    """Return a total; with a question mark for what is not known."""
    if not some:
        return "?"
    return written if whole else f"{written} + ?"


def _counts(rows: tuple[FleetRow, ...]) -> FleetCounts:
    tones = Counter(row.sign.tone for row in rows if row.asked)
    return FleetCounts(
        not_asked=sum(not row.asked for row in rows),
        bad=tones[BAD],
        fair=tones[FAIR],
        unseen=tones[UNSEEN],
        calm=tones[CALM],
        good=tones[GOOD],
    )


def _sign(counts: FleetCounts, wording: Wording) -> Sign:
    if counts.red:
        return Sign("✗", wording.say("Action needed"), BAD)
    if counts.fair:
        return Sign("▲", wording.say("Worth a look"), FAIR)
    if counts.unseen:
        return Sign("?", wording.say("Not everything could be seen"), UNSEEN)
    if counts.good:
        return Sign("✓", wording.say("All is well"), GOOD)
    return Sign("–", wording.say("Nothing to back up"), CALM)


def _clusters(counts: FleetCounts, wording: Wording) -> tuple[Share, ...]:
    return shares_of(
        [
            (Sign("✓", wording.say("All is well"), GOOD), counts.good),
            (Sign("?", wording.say("Not everything could be seen"), UNSEEN), counts.unseen),
            (Sign("▲", wording.say("Worth a look"), FAIR), counts.fair),
            (Sign("✗", wording.say("Action needed"), BAD), counts.bad),
            (Sign("✗", wording.say("Could not be asked"), BAD), counts.not_asked),
            (Sign("–", wording.say("Nothing to back up"), CALM), counts.calm),
        ],
        wording,
        whole=True,
    )


def _sentence(counts: FleetCounts, total: int, wording: Wording) -> str:
    clauses: list[str] = []
    numbers = (counts.not_asked, counts.bad, counts.fair, counts.unseen)
    for count, (one, many) in zip(numbers, _CLAUSES, strict=True):
        if count:
            written = wording.language.number(total)
            of_all = wording.plural("{n} of {total} clusters", "{n} of {total} clusters", count, total=written)
            some = wording.language.number(count) if clauses else of_all
            clauses.append(wording.plural(one, many, count, some=some))
    if clauses:
        return wording.say("{clauses}.", clauses=wording.say("; ").join(clauses))
    if not counts.good:
        return wording.say("There is no guest in any cluster.")
    return wording.plural(
        "The only cluster is well: every guest is covered by a backup job, and every backup that was due is there.",
        "All {n} clusters are well: every guest is covered by a backup job, and every backup that was due is there.",
        total,
    )


def _second(guests: int, clusters: int, share: str | None, wording: Wording, *, whole: bool) -> str:
    if not clusters:
        return ""
    if whole:
        told = wording.plural("{n} guest in all.", "{n} guests in all.", guests)
    else:
        told = wording.plural("{n} guest seen; there may be more.", "{n} guests seen; there may be more.", guests)
    if share is None:
        return told
    covered = (
        wording.say("{covered} covered.", covered=share)
        if whole
        else wording.say("{covered} of the guests seen are covered.", covered=share)
    )
    return f"{told} {covered}"
