"""The guests that need help most, each with its reasons and what to do: the first thing to look at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pve_backup_report.anomalies.acknowledged_states import TOLD_BY
from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Reason, Verdict
from pve_backup_report.render.guest_row import GuestRow, guest_row
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.past_row import told_since
from pve_backup_report.render.policy_row import policy_note
from pve_backup_report.render.sentence import remedy_of
from pve_backup_report.render.trouble_row import TroubleGroup
from pve_backup_report.render.wording import Wording

MOST = 5
_LONGEST_STREAK = 9
_EXCLUDED = 40  # somebody named it: perhaps on purpose
_VERDICTS = {Verdict.UNCOVERED: 55, Verdict.PARTIAL: 20, Verdict.UNDETERMINED: 10}
_FRESHNESS = {Freshness.NEVER: 60, Freshness.LATE: 30, Freshness.UNKNOWN: 8}


@dataclass(frozen=True, slots=True)
class WorstGuest:
    """One guest.

    Attributes:
        row: all that is told of it.
        uncovered: its verdict is not as it should be.
        stale: its freshness is not as it should be.
        remedy: what to do, or who answers for it already; None when no rule says.
        uncovered_since: when a run first told so, if not this one; None where no history tells.
        stale_since: the same for its missing backup.
    """

    row: GuestRow
    uncovered: bool
    stale: bool
    remedy: str | None
    uncovered_since: Moment | None
    stale_since: Moment | None


def worst_guests(report: Report, wording: Wording) -> tuple[WorstGuest, ...]:
    """Return the few guests that need help most, the worst first: not covered, never backed up, late, in part.

    Among equals a running guest comes first, then the one with more data.

    Args:
        report: the report.
        wording: the reader's.
    """
    about: dict[str, list[Anomaly]] = {}
    for anomaly in report.anomalies:
        about.setdefault(anomaly.subject, []).append(anomaly)
    shown = ranked(report.analysis.guests)[:MOST]
    return tuple(_worst(told, report, _first(told, about.get(told.guest.key, [])), wording) for told in shown)


def ranked(guests: Iterable[GuestVerdict]) -> tuple[GuestVerdict, ...]:
    """Return the guests that are not as they should be, the worst first."""
    return tuple(sorted((told for told in guests if _weight(told)), key=_order))


def others(groups: Iterable[TroubleGroup], shown: Iterable[WorstGuest]) -> tuple[TroubleGroup, ...]:
    """Return the groups of anomalies without those of guests that are shown already.

    Args:
        groups: in their own order.
        shown: the guests.
    """
    vmids = {guest.row.vmid for guest in shown}
    left = (replace(group, items=tuple(item for item in group.items if item.vmid not in vmids)) for group in groups)
    return tuple(group for group in left if group.items)


def count_in_need(guests: Iterable[GuestVerdict]) -> int:
    """Return how many guests are not as they should be."""
    return sum(_weight(told) > 0 for told in guests)


def _weight(told: GuestVerdict) -> int:
    if told.verdict is Verdict.EXEMPT:
        return 0
    left_out = told.verdict is Verdict.UNCOVERED and told.reason is Reason.EXCLUDED
    verdict = _EXCLUDED if left_out else _VERDICTS.get(told.verdict, 0)
    weight = verdict + (_FRESHNESS.get(told.freshness, 0) if told.freshness else 0)
    return weight + min(told.failures, _LONGEST_STREAK) if weight else 0


def _order(told: GuestVerdict) -> tuple[int, bool, int, int]:
    data = sum(volume.size or 0 for volume in told.guest.volumes or ())
    return (-_weight(told), told.guest.status != "running", -data, told.guest.vmid)


def _first(told: GuestVerdict, anomalies: Iterable[Anomaly]) -> Anomaly | None:
    """Return the anomaly whose remedy goes with what is shown of a guest: one that nobody answers for, where there is.

    An anomaly that tells of the guest's state comes before any other, or the remedy would be for something else.
    """
    states = (told.verdict, told.freshness)
    shown = frozenset().union(*(TOLD_BY.get(state, ()) for state in states if state is not None))
    return min(anomalies, key=lambda each: (each.code not in shown, each.acknowledged is not None), default=None)


def _worst(told: GuestVerdict, report: Report, anomaly: Anomaly | None, wording: Wording) -> WorstGuest:
    uncovered_since, stale_since = told_since(told, report, wording)
    return WorstGuest(
        row=guest_row(told, wording),
        uncovered=told.verdict in _VERDICTS,
        stale=told.freshness in _FRESHNESS,
        remedy=None if anomaly is None else _next(anomaly, wording),
        uncovered_since=uncovered_since,
        stale_since=stale_since,
    )


def _next(anomaly: Anomaly, wording: Wording) -> str | None:
    return remedy_of(anomaly, wording) if anomaly.acknowledged is None else policy_note(anomaly, wording)
