"""One cluster of a fleet as people read it: how it stands, why, and where its own report is."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from pve_backup_report.model.fleet import Failure, FailureKind, Member, Standing
from pve_backup_report.model.natural import natural
from pve_backup_report.render.answer import Answer, answer
from pve_backup_report.render.fill import fill
from pve_backup_report.render.guest_row import NAME_SHOWN
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.sign import BAD, CALM, FAIR, GOOD, UNSEEN, Sign
from pve_backup_report.render.trouble_row import TroubleGroup, trouble_groups
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import pair
from pve_backup_report.render.worst_row import WorstGuest, others, worst_guests

_ORDER = (BAD, FAIR, UNSEEN, CALM, GOOD)
_LABELS = {"html": "HTML", "md": "Markdown", "json": "JSON", "pdf": "PDF"}
_TROUBLES = 6
_TOLD = 600  # characters of a failure's sentence
_NOT_GOOD = (
    pair("{n} not covered", "{n} not covered"),
    pair("{n} covered in part", "{n} covered in part"),
    pair("{n} never backed up", "{n} never backed up"),
    pair("{n} late", "{n} late"),
    pair("{n} undetermined", "{n} undetermined"),
    pair("{n} unchecked", "{n} unchecked"),
)


@dataclass(frozen=True, slots=True)
class FleetTrouble:
    """One kind of error or warning: the first of it, and how many more there are."""

    group: TroubleGroup
    more: int


@dataclass(frozen=True, slots=True)
class FleetLink:
    """One report of the cluster's own: what kind, and where from the fleet's page."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One cluster.

    Attributes:
        id: of its part of the page.
        label: what tells it from the others.
        name: its own; None when not seen, or when the label says the same.
        site: where it is asked from; None when its settings do not say.
        sign: how it stands.
        sentence: its answer, or why there is none.
        asked: it was judged from answers of today.
        asked_at: the time of its answers; None when there are none.
        guests: how many; None when not known.
        covered: share of its guests; None when that would claim too much or is not known.
        not_good: what is not as it should be, in numbers; empty when all is, or nothing is known.
        size: bytes of its guests' disks; None when not known.
        troubles: errors and warnings in words; empty when there are none.
        answer: its first screen; None when nothing is known.
        worst: the guests that need help most; none of an old tape.
        in_need: how many guests are not as they should be.
        kinds: errors and warnings by kind, without those of ``worst``.
        more_kinds: how many kinds are left out.
        gaps: how many answers were missing or short.
        links: its own reports.
    """

    id: str
    label: str
    name: str | None
    site: str | None
    sign: Sign
    sentence: str
    asked: bool
    asked_at: Moment | None
    guests: int | None
    covered: str | None
    not_good: str
    size: str | None
    troubles: str
    answer: Answer | None
    worst: tuple[WorstGuest, ...]
    in_need: int
    kinds: tuple[FleetTrouble, ...]
    more_kinds: int
    gaps: int
    links: tuple[FleetLink, ...]


def fleet_rows(members: tuple[Member, ...], wording: Wording) -> tuple[FleetRow, ...]:
    """Return the clusters, the worst first: those that could not be asked, then by how they stand.

    Args:
        members: of the fleet.
        wording: the reader's, at the time of the run.
    """
    rows = [(member, _row(number, member, wording)) for number, member in enumerate(members, 1)]
    return tuple(row for _, row in sorted(rows, key=lambda pair_: _order(*pair_)))


def _order(member: Member, row: FleetRow) -> tuple[object, ...]:
    place = _ORDER.index(row.sign.tone)
    return (row.asked, place, -_weight(member.standing), natural(row.label))


def _weight(standing: Standing | None) -> int:
    if standing is None:
        return 0
    summary = standing.report.summary
    return 4 * summary.never + 3 * summary.uncovered + 2 * summary.late + summary.partial + summary.errors


def _row(number: int, member: Member, wording: Wording) -> FleetRow:
    standing, failure = member.standing, member.failure
    told = None if standing is None else answer(standing.report, wording)
    known = standing if failure is None else None  # old data is no claim about today
    cluster = None if standing is None else standing.report.analysis.cluster
    name = None if cluster is None or cluster.name is None else shorten(cluster.name, NAME_SHOWN)
    worst = () if known is None else worst_guests(known.report, wording)
    kinds = () if known is None else _kinds(known, worst, wording)
    if failure is not None:
        sign, sentence = failure_sign(failure, wording), _why(failure, standing, wording)
    elif told is not None:
        sign, sentence = told.sign, told.sentence
    else:
        sign, sentence = Sign("✗", wording.say("Not asked"), BAD), wording.say("Nothing is known of it.")
    summary = None if known is None else known.report.summary
    return FleetRow(
        id=f"cluster-{number}",
        label=member.label,
        name=None if name == member.label else name,
        site=member.site,
        sign=sign,
        sentence=sentence,
        asked=failure is None and standing is not None,
        asked_at=None if standing is None else wording.moment(standing.asked_at),
        guests=None if summary is None or not _sees_guests(known) else summary.guests,
        covered=None if known is None or told is None else told.covered,
        not_good="" if known is None else _not_good(known, wording),
        size=_size(known, wording),
        troubles="" if summary is None else _counted(summary.errors, summary.warnings, wording),
        answer=None if known is None else told,
        worst=worst,
        in_need=0 if known is None else known.in_need,
        kinds=kinds[:_TROUBLES],
        more_kinds=_more_kinds(known, len(kinds)),
        gaps=0 if known is None else known.gaps,
        links=_links(member.files),
    )


def failure_sign(failure: Failure, wording: Wording) -> Sign:
    """Return the sign of a cluster that is not judged from answers of today; never a good one."""
    words = {
        FailureKind.SETTINGS: wording.say("Wrong settings"),
        FailureKind.UNREACHABLE: wording.say("Could not be asked"),
        FailureKind.TAPE_DAMAGED: wording.say("Damaged tape"),
        FailureKind.TAPE_OLD: wording.say("Tape too old"),
        FailureKind.WORKER: wording.say("No worker"),
        FailureKind.OUTPUT: wording.say("Report not written"),
        FailureKind.FAULT: wording.say("Program failed"),
    }
    return Sign("✗", words[failure.kind], BAD)


def _why(failure: Failure, standing: Standing | None, wording: Wording) -> str:
    told = failure_told(failure, wording)
    if failure.kind is not FailureKind.TAPE_OLD or standing is None:
        return told
    age = wording.language.age(standing.asked_at, wording.now)
    return wording.say("Recorded {age}, which says nothing about today. {told}", age=age, told=told)


def failure_told(failure: Failure, wording: Wording) -> str:
    """Return the sentence of a failure in the reader's language; a server's words in it stay as they are."""
    told = wording.language.gettext(failure.told)
    return shorten(fill(told, dict(failure.values)) if failure.values else told, _TOLD)


def _kinds(standing: Standing, worst: tuple[WorstGuest, ...], wording: Wording) -> tuple[FleetTrouble, ...]:
    vmids = {told.guest.key: told.guest.vmid for told in standing.report.analysis.guests}
    counts = dict(standing.kinds)
    groups = others(trouble_groups(standing.report.anomalies, vmids, wording), worst)
    return tuple(FleetTrouble(group, max(0, counts.get(group.code, 1) - 1)) for group in groups)


def _more_kinds(standing: Standing | None, listed: int) -> int:
    """Return how many kinds are left out: of those that were kept, and those that were not."""
    if standing is None:
        return 0
    kept = {anomaly.code for anomaly in standing.report.anomalies}
    return max(0, listed - _TROUBLES) + len({code for code, _ in standing.kinds} - kept)


def _sees_guests(standing: Standing | None) -> bool:
    return standing is not None and standing.report.analysis.cluster.asked


def _not_good(standing: Standing, wording: Wording) -> str:
    summary = standing.report.summary
    counts = (summary.uncovered, summary.partial, summary.never, summary.late, summary.undetermined, summary.unknown)
    told = [wording.plural(one, many, count) for count, (one, many) in zip(counts, _NOT_GOOD, strict=True) if count]
    return wording.listed(told)


def _size(standing: Standing | None, wording: Wording) -> str | None:
    if standing is None or not _sees_guests(standing):
        return None
    total = sum(standing.sizes)
    size = wording.language.size(total)
    whole = not standing.unsized and standing.report.analysis.cluster.sight.guests
    if not whole and not total:
        return None
    return size if whole else wording.say("at least {size}", size=size)


def _counted(errors: int, warnings: int, wording: Wording) -> str:
    told = [
        wording.plural("{n} error", "{n} errors", errors) if errors else "",
        wording.plural("{n} warning", "{n} warnings", warnings) if warnings else "",
    ]
    return wording.listed([count for count in told if count])


def _links(files: tuple[str, ...]) -> tuple[FleetLink, ...]:
    """Return links to files below the page's own folder, those for people first."""
    found = []
    for file in files:
        kind = PurePosixPath(file).suffix.removeprefix(".")
        found.append(FleetLink(_LABELS.get(kind, kind.upper()), quote(file)))
    return tuple(sorted(found, key=lambda link: link.label != _LABELS["html"]))
