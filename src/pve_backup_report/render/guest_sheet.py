"""One guest as one row of plain values, the same for every output that has rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.render import words
from pve_backup_report.render.absent import Absent, At, Value, at, known
from pve_backup_report.render.coverage_table import storages_of
from pve_backup_report.render.words import _

_Code = TypeVar("_Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: stable, for machines.
        title: for people; the key of its translation.
        value: what stands in it for a guest.
        words: the words of its codes; empty when it has none.
    """

    name: str
    title: str
    value: Callable[[GuestVerdict, Cluster], Value]
    words: Mapping[str, str]


def last_success(verdict: GuestVerdict, cluster: Cluster) -> At | Absent:
    """Return when the last good backup was begun."""
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else at(success.at, Absent.UNKNOWN)


def without_success(verdict: GuestVerdict) -> Absent:
    """Tell whether a guest of which no good backup is known has none, or none was seen."""
    return Absent.NULL if verdict.backups == 0 or verdict.freshness is Freshness.NEVER else Absent.UNKNOWN


def last_attempt(verdict: GuestVerdict, cluster: Cluster) -> At | Absent:
    """Return when Proxmox last tried to back the guest up."""
    del cluster
    tried = verdict.last_attempt
    return _without_attempt(verdict) if tried is None else at(tried.at, Absent.UNKNOWN)


def last_due(verdict: GuestVerdict, cluster: Cluster) -> At | Absent:
    """Return when a backup was last due."""
    del cluster
    return at(verdict.last_due, _undecided(verdict))


def next_due(verdict: GuestVerdict, cluster: Cluster) -> At | Absent:
    """Return when a backup is due next."""
    del cluster
    return at(verdict.next_due, _undecided(verdict))


def size(verdict: GuestVerdict, cluster: Cluster) -> Value:
    """Return the bytes of the last good backup."""
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else known(success.size)


def duration(verdict: GuestVerdict, cluster: Cluster) -> Value:
    """Return the seconds that the last good backup took."""
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else known(success.duration_s)


def backups(verdict: GuestVerdict, cluster: Cluster) -> Value:
    """Return how many good backups exist."""
    del cluster
    return known(verdict.backups)


def failures(verdict: GuestVerdict, cluster: Cluster) -> Value:
    """Return how many attempts in a row failed, the newest backwards."""
    del cluster
    return Absent.UNKNOWN if verdict.last_attempt is None and verdict.evidence_since is None else verdict.failures


def guest_columns_for_machines() -> tuple[Column, ...]:
    """Return every column, in order; names never change, new ones come last."""
    return _COLUMNS


def _without_attempt(verdict: GuestVerdict) -> Absent:
    return Absent.UNKNOWN if verdict.evidence_since is None else Absent.NULL


def _undecided(verdict: GuestVerdict) -> Absent:
    return Absent.UNKNOWN if verdict.verdict is Verdict.UNDETERMINED else Absent.NULL


def _nothing(verdict: GuestVerdict) -> Absent:
    """Tell whether what the guest does not have was looked at: of one on a node that is down little is told."""
    return Absent.UNKNOWN if verdict.guest.template is None else Absent.NULL


def _tags(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    if not verdict.guest.tags and _nothing(verdict) is Absent.UNKNOWN:
        return Absent.UNKNOWN
    return tuple(sorted(verdict.guest.tags))


def _pool(verdict: GuestVerdict, cluster: Cluster) -> Value:
    if verdict.guest.pool is not None:
        return verdict.guest.pool
    return Absent.NULL if cluster.sight.pools else Absent.UNKNOWN


def _listed(items: list[str], verdict: GuestVerdict) -> Value:
    if not items and verdict.verdict is Verdict.UNDETERMINED:
        return Absent.UNKNOWN
    return tuple(items)


def _source(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else success.source


def _stored(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else known(success.storage)


def _verified(verdict: GuestVerdict, cluster: Cluster) -> Value:
    """Return ``ok``; of one that was never verified nobody can say whether that was only not told."""
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else success.verified or Absent.NULL


def _encrypted(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else known(success.encrypted)


def _protected(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    success = verdict.last_success
    return without_success(verdict) if success is None else known(success.protected)


def _result(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    tried = verdict.last_attempt
    return _without_attempt(verdict) if tried is None else str(tried.result)


def _codes(table: Mapping[_Code, str]) -> Mapping[str, str]:
    return {str(code): phrase for code, phrase in table.items()}


_NO_WORDS: Mapping[str, str] = {}
_COLUMNS = (
    Column("cluster", _("Cluster"), lambda _v, cluster: known(cluster.name), _NO_WORDS),
    Column("vmid", "vmid", lambda verdict, _c: verdict.guest.vmid, _NO_WORDS),
    Column("type", _("Type"), lambda verdict, _c: str(verdict.guest.type), _codes(words.GUEST_TYPES)),
    Column("name", _("Name"), lambda verdict, _c: verdict.guest.name or _nothing(verdict), _NO_WORDS),
    Column("node", _("Node"), lambda verdict, _c: verdict.guest.node, _NO_WORDS),
    Column("status", _("State"), lambda verdict, _c: verdict.guest.status, words.GUEST_STATUS),
    Column("template", _("Template"), lambda verdict, _c: known(verdict.guest.template), _NO_WORDS),
    Column("pool", _("Pool"), _pool, _NO_WORDS),
    Column("tags", _("Tags"), _tags, _NO_WORDS),
    Column("verdict", _("Verdict"), lambda verdict, _c: str(verdict.verdict), _codes(words.VERDICTS)),
    Column("reason", _("Reason"), lambda verdict, _c: str(verdict.reason), _codes(words.REASONS)),
    Column("jobs", _("Jobs"), lambda verdict, _c: _listed(sorted({match.job for match in verdict.jobs}), verdict),
           _NO_WORDS),
    Column("storages", _("Storages"), lambda verdict, _c: _listed(storages_of(verdict), verdict), _NO_WORDS),
    Column("freshness", _("Freshness"),
           lambda verdict, _c: Absent.NULL if verdict.freshness is None else str(verdict.freshness),
           _codes(words.FRESHNESS)),
    Column("last_success", _("Last good backup"), last_success, _NO_WORDS),
    Column("last_success_source", _("How it is known"), _source, words.SOURCES),
    Column("last_success_storage", _("Storage"), _stored, _NO_WORDS),
    Column("size", _("Size in bytes"), size, _NO_WORDS),
    Column("duration_s", _("Duration in seconds"), duration, _NO_WORDS),
    Column("verified", _("Verified"), _verified, _NO_WORDS),
    Column("encrypted", _("Encrypted"), _encrypted, _NO_WORDS),
    Column("protected", _("Protected"), _protected, _NO_WORDS),
    Column("last_attempt", _("Last attempt"), last_attempt, _NO_WORDS),
    Column("last_result", _("Its result"), _result, _codes(words.RESULTS)),
    Column("last_due", _("Last due"), last_due, _NO_WORDS),
    Column("next_due", _("Next due"), next_due, _NO_WORDS),
    Column("backups", _("Good backups"), backups, _NO_WORDS),
    Column("failures", _("Failed in a row"), failures, _NO_WORDS),
    Column("guests_complete", _("Every guest seen"), lambda _v, cluster: cluster.sight.guests, _NO_WORDS),
    Column("generated_at", _("Asked at"), lambda _v, cluster: at(cluster.asked_at, Absent.UNKNOWN), _NO_WORDS),
)  # fmt: skip
