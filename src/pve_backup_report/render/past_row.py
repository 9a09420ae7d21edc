"""What the history adds to a page: what changed, since when, how many due backups were met, and the trend."""

from dataclasses import dataclass

from pve_backup_report.model.past import KeptRun, Met, Past
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.render.change_row import ChangeRow, change_rows
from pve_backup_report.render.met_sentence import met_sentence
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.wording import Wording

_WIDTH, _HEIGHT = 1000, 100
_LEAST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trend.

    Attributes:
        word: what it shows.
        points: of an SVG polyline, 1000 wide and 100 high.
        first: the share at its beginning, in words.
        last: the share now, in words.
    """

    word: str
    points: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class PastView:
    """What earlier runs tell.

    Attributes:
        fault: what went wrong with the history, so that it is missing, or begun anew; None when all is well.
        previous: when the run before was; None for the first run.
        changes: what is not as it was then.
        met: how many due backups were met, one sentence for each reach.
        since: when the oldest run was that is kept; None for the first run.
        lines: the trend; empty with less than two points.
    """

    fault: str | None
    previous: Moment | None
    changes: tuple[ChangeRow, ...]
    met: tuple[str, ...]
    since: Moment | None
    lines: tuple[Line, ...]


def past_view(report: Report, wording: Wording) -> PastView | None:
    """Return what the history adds to a page; None where none is kept.

    Args:
        report: the report.
        wording: the reader's.
    """
    past = report.past
    if past is None:
        return None
    return PastView(
        fault=past.fault,
        previous=None if past.previous is None else wording.moment(past.previous.at),
        changes=change_rows(past.changes, wording),
        met=tuple(met_sentence(met, wording) for met in past.met if _adds(met, past)),
        since=wording.moment(past.since),
        lines=_lines(report, past, wording),
    )


def told_since(told: GuestVerdict, report: Report, wording: Wording) -> tuple[Moment | None, Moment | None]:
    """Return since when a guest is not covered, and since when its backup is missing; None where that is no news.

    Args:
        told: the guest.
        report: its report.
        wording: the reader's.
    """
    guest = None if report.past is None else report.past.guests.get(told.guest.key)
    if guest is None:
        return None, None
    uncovered = told.verdict in (Verdict.UNCOVERED, Verdict.PARTIAL) and guest.verdict_since < wording.now
    stale = told.freshness in (Freshness.LATE, Freshness.NEVER)
    since = guest.freshness_since
    return (
        wording.moment(guest.verdict_since) if uncovered else None,
        wording.moment(since) if stale and since is not None and since < wording.now else None,
    )


def _adds(met: Met, past: Past) -> bool:
    """Whether more days are known than the next shorter reach has."""
    return met.known_days > max((other.days for other in past.met if other.days < met.days), default=0)


def _lines(report: Report, past: Past, wording: Wording) -> tuple[Line, ...]:
    summary = report.summary
    now = {"guests": summary.guests, "exempt": summary.exempt, "covered": summary.covered, "fresh": summary.fresh}
    runs = [(run.at, run.summary) for run in past.trend if _wanted(run)]
    points = [*runs, (wording.now, now)] if now["guests"] > now["exempt"] else runs
    if len(points) < _LEAST_POINTS or points[-1][0] <= points[0][0]:
        return ()
    lines = []
    for word, name in ((wording.say("covered"), "covered"), (wording.say("fresh"), "fresh")):
        shares = [(at, counts.get(name, 0), counts["guests"] - counts.get("exempt", 0)) for at, counts in points]
        begin, length = shares[0][0], shares[-1][0] - shares[0][0]
        drawn = " ".join(
            f"{_WIDTH * (at - begin) // length},{_HEIGHT - _HEIGHT * part // whole}" for at, part, whole in shares
        )
        first, last = (wording.language.percent(part, whole) for _, part, whole in (shares[0], shares[-1]))
        lines.append(Line(word, drawn, first, last))
    return tuple(lines)


def _wanted(run: KeptRun) -> bool:
    return run.summary.get("guests", 0) > run.summary.get("exempt", 0)
