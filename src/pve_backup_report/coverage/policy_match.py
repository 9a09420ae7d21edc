"""Whether an entry of the policy fits a guest or a cluster: yes, no, or not to be told from what was seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.policy import Selector
from pve_backup_report.model.policy_use import EntryState

_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Matcher:
    """Compares selectors with the guests of one cluster.

    Attributes:
        pools: the pools that are listed.
        absent: pools that surely do not exist.
        pools_seen: every guest's pool is told.
    """

    pools: frozenset[str]
    absent: frozenset[str]
    pools_seen: bool

    @classmethod
    def of(cls, cluster: Cluster) -> "Matcher":
        """Return the matcher of a cluster."""
        listed = frozenset(pool.id for pool in cluster.pools)
        return cls(listed, cluster.sight.pools_absent, cluster.sight.pools)

    def fits(self, selector: Selector, guest: Guest) -> bool | None:
        """Tell whether a guest is one of those selected; None when what was not seen could decide."""
        answers: list[bool | None] = []
        if selector.vmids:
            answers.append(any(low <= guest.vmid <= high for low, high in selector.vmids))
        if selector.tags:
            answers.append(_has_tag(guest, selector.tags))
        if selector.pools:
            answers.append(self._in_pool(guest, selector.pools))
        if selector.names:
            answers.append(_is_named(guest, selector.names))
        return False if False in answers else None if None in answers else True

    def _in_pool(self, guest: Guest, patterns: Iterable[str]) -> bool | None:
        """A guest that tells no pool may be in one that the token does not see, but in none that it does."""
        if guest.pool is not None:
            return any(fnmatchcase(guest.pool, pattern) for pattern in patterns)
        known = self.pools | self.absent
        surely_not = self.pools_seen or all(_WILD.isdisjoint(pattern) and pattern in known for pattern in patterns)
        return False if surely_not else None


def state_of(until: date | None, clusters: Iterable[str], name: str | None, today: date | None) -> EntryState:
    """Return whether an entry counts.

    Args:
        until: its last day; None for ever.
        clusters: patterns of the clusters it is about; none for any.
        name: of the cluster; None when not seen.
        today: the day of the run; None when no calendar can show it, and nothing has expired then.
    """
    patterns = tuple(clusters)
    if patterns and name is None:
        return EntryState.CLUSTER_UNKNOWN
    if patterns and not any(fits_folded(name or "", pattern) for pattern in patterns):
        return EntryState.ELSEWHERE
    if until is not None and today is not None and today > until:
        return EntryState.EXPIRED
    return EntryState.IN_FORCE


def fits_folded(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern, in any case."""
    return fnmatchcase(text.casefold(), pattern.casefold())


def _has_tag(guest: Guest, tags: Iterable[str]) -> bool | None:
    """Proxmox VE writes tags in lower case unless told otherwise; without a configuration, none seen is not none."""
    if guest.tags:
        return not {tag.casefold() for tag in guest.tags}.isdisjoint(tag.casefold() for tag in tags)
    return False if _configuration_seen(guest) else None


def _is_named(guest: Guest, patterns: Iterable[str]) -> bool | None:
    if guest.name is not None:
        return any(fits_folded(guest.name, pattern) for pattern in patterns)
    return False if _configuration_seen(guest) else None


def _configuration_seen(guest: Guest) -> bool:
    """Snapshots are only told by a configuration; volumes may come from a job's own list."""
    return guest.snapshots is not None and guest.volumes is not None
