"""Guests that have fewer copies than the policy asks for, and those of which it cannot be told."""

from collections.abc import Iterator
from dataclasses import dataclass

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding
from pve_backup_report.model.verdict import GuestVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What one guest lacks, as far as it was seen.

    Attributes:
        verdict: the guest.
        there: copies that were seen.
        wanted: copies that the policy asks for.
        away: it is about copies away from the cluster.
        whole: every place that could hold one was seen.
        rules: the rules that ask.
    """

    verdict: GuestVerdict
    there: int
    wanted: int
    away: bool
    whole: bool
    rules: tuple[str, ...]


def shortfalls(analysis: Analysis) -> Iterator[Shortfall]:
    """Yield what guests lack; nothing is asked of an exempt one.

    Args:
        analysis: the cluster and the conclusions.
    """
    for verdict in analysis.guests:
        demands, copies = analysis.policy_use.demands.get(verdict.guest.vmid), verdict.copies
        if demands is None or copies is None or verdict.verdict is Verdict.EXEMPT:
            continue
        rules = [rule for rule in analysis.policy_use.policy.rules if rule.origin in demands.sources]
        for wanted, there, away in (
            (demands.copies, copies.copies, False),
            (demands.offsite_copies, copies.offsite, True),
        ):
            if wanted is not None and there < wanted:
                asked = [(rule.origin.label, rule.offsite_copies if away else rule.copies) for rule in rules]
                asking = tuple(label for label, copies_asked in asked if copies_asked == wanted)
                yield Shortfall(verdict, there, wanted, away, copies.whole, asking)


def missing(analysis: Analysis, *, away: bool) -> Iterator[Finding]:
    """Yield the guests that surely lack copies; where not every place was seen, another rule says so.

    Args:
        analysis: the cluster and the conclusions.
        away: copies away from the cluster, or any.
    """
    for short in shortfalls(analysis):
        guest, copies = short.verdict.guest, short.verdict.copies
        if short.away is away and short.whole and copies is not None:
            yield Finding(
                subject=guest.key,
                details={
                    "vmid": guest.vmid,
                    "name": guest.name,
                    "there": short.there,
                    "wanted": short.wanted,
                    "rules": short.rules,
                    "places": tuple(place.name for place in copies.places),
                },
            )
