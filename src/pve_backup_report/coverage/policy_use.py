"""The policy on one cluster: which guests each entry fits, who is exempt, and what is asked of the others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from pve_backup_report.coverage.policy_match import Matcher, state_of
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.policy import Acknowledgement, Entry, Exemption, GuestRule, Origin, Policy
from pve_backup_report.model.policy_use import NOTHING_USED, Demands, Dispute, EntryState, Matched, PolicyUse

_Value = TypeVar("_Value")


def use_policy(policy: Policy, cluster: Cluster) -> PolicyUse:
    """Return what the policy comes to: where it cannot be told whether an entry fits a guest, the entry does not count.

    Args:
        policy: the entries.
        cluster: the normalized tape.
    """
    if not policy.entries:
        return replace(NOTHING_USED, policy=policy)
    try:
        today = datetime.fromtimestamp(cluster.asked_at, ZoneInfo(cluster.timezone)).date()
    except (ValueError, OverflowError, OSError):  # a time that no calendar can show
        today = None
    matcher = Matcher.of(cluster)
    matched = tuple(
        _matched(entry, state_of(entry.until, _clusters(entry), cluster.name, today), matcher, cluster)
        for entry in policy.entries
    )
    in_force = [told for told in matched if told.state is EntryState.IN_FORCE]
    exempting: dict[int, list[Exemption]] = defaultdict(list)
    ruling: dict[int, list[GuestRule]] = defaultdict(list)
    for told in in_force:
        for vmid in told.vmids:
            if isinstance(told.entry, Exemption):
                exempting[vmid].append(told.entry)
            elif isinstance(told.entry, GuestRule):
                ruling[vmid].append(told.entry)
    general = [told.entry for told in in_force if isinstance(told.entry, GuestRule) and told.entry.selector.of_all]
    return PolicyUse(
        policy=policy,
        today=today,
        matched=matched,
        granted={vmid: entries[0] for vmid, entries in exempting.items()},
        demands={vmid: _demands(rules) for vmid, rules in ruling.items()},
        general=_severities(general),
        disputes=(*_exempted_twice(exempting), *_contradictions(ruling)),
    )


def _clusters(entry: Entry) -> tuple[str, ...]:
    return entry.clusters if isinstance(entry, Acknowledgement) else entry.selector.clusters


def _matched(entry: Entry, state: EntryState, matcher: Matcher, cluster: Cluster) -> Matched:
    if isinstance(entry, Acknowledgement):
        return Matched(entry, state)
    if state is EntryState.ELSEWHERE:
        return Matched(entry, state)
    fits = [(guest.vmid, matcher.fits(entry.selector, guest)) for guest in cluster.guests]
    sure = tuple(vmid for vmid, fit in fits if fit)
    unsure = tuple(vmid for vmid, fit in fits if fit is None)
    if state is EntryState.CLUSTER_UNKNOWN:  # it may be about this cluster: nothing of it is sure
        return Matched(entry, state, (), tuple(sorted((*sure, *unsure))))
    return Matched(entry, state, sure, unsure)


def _demands(rules: Iterable[GuestRule]) -> Demands:
    """Return what the rules come to: those that name guests overrule those of all, and the strictest of them counts."""
    all_rules = tuple(rules)
    return Demands(
        max_age_s=min(_nearest((rule, rule.max_age_s) for rule in all_rules), default=None),
        copies=max(_nearest((rule, rule.copies) for rule in all_rules), default=None),
        offsite=frozenset(name for rule in all_rules for name in rule.offsite),
        offsite_copies=max(_nearest((rule, rule.offsite_copies) for rule in all_rules), default=None),
        severities=_severities(all_rules),
        sources=tuple(rule.origin for rule in all_rules),
    )


def _severities(rules: Iterable[GuestRule]) -> Mapping[str, Severity]:
    by_code: dict[str, list[tuple[GuestRule, Severity]]] = defaultdict(list)
    for rule in rules:
        for code, severity in rule.severities:
            by_code[code].append((rule, severity))
    return {code: max(_nearest(said)) for code, said in sorted(by_code.items())}


def _nearest(said: Iterable[tuple[GuestRule, _Value | None]]) -> list[_Value]:
    """Return what is said by rules that name guests, or else by rules of all."""
    told = [(rule, value) for rule, value in said if value is not None]
    named = [value for rule, value in told if not rule.selector.of_all]
    return named or [value for _, value in told]


def _exempted_twice(exempting: Mapping[int, list[Exemption]]) -> Iterator[Dispute]:
    together: dict[tuple[Origin, ...], list[int]] = defaultdict(list)
    for vmid, entries in sorted(exempting.items()):
        if len(entries) > 1:
            together[tuple(entry.origin for entry in entries)].append(vmid)
    for origins, vmids in together.items():
        yield Dispute("exemption", origins, tuple(vmids))


def _contradictions(ruling: Mapping[int, list[GuestRule]]) -> Iterator[Dispute]:
    """Yield what rules of the same rank set differently for the same guest."""
    together: dict[tuple[str, tuple[Origin, ...]], list[int]] = defaultdict(list)
    for vmid, rules in sorted(ruling.items()):
        for about, said in _sayings(rules).items():
            named = [told for told in said if not told[0].selector.of_all] or said
            if len({value for _, value in named}) > 1:
                together[about, tuple(rule.origin for rule, _ in named)].append(vmid)
    for (about, origins), vmids in together.items():
        yield Dispute(about, origins, tuple(vmids))


def _sayings(rules: Iterable[GuestRule]) -> Mapping[str, list[tuple[GuestRule, int]]]:
    found: dict[str, list[tuple[GuestRule, int]]] = defaultdict(list)
    for rule in rules:
        told = {"max_age": rule.max_age_s, "copies": rule.copies, "offsite_copies": rule.offsite_copies}
        severities = {f"severity.{code}": int(severity) for code, severity in rule.severities}
        for about, value in {**told, **severities}.items():
            if value is not None:
                found[about].append((rule, value))
    return found
