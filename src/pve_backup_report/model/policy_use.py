"""What a policy comes to on one cluster: who is exempt, what is asked of whom, what each entry matched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.policy import NO_POLICY, Acknowledgement, Entry, Exemption, Origin, Policy


class EntryState(StrEnum):
    """Whether an entry counts on this cluster today."""

    IN_FORCE = "in-force"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"  # it is about another cluster
    CLUSTER_UNKNOWN = "cluster-unknown"  # it is about one cluster, and the name of this one was not seen


@dataclass(frozen=True, slots=True)
class Matched:
    """What one entry matched.

    Attributes:
        entry: the entry.
        state: whether it counts.
        vmids: guests that it fits, whether it counts or not; empty for an acknowledgement.
        unsure: guests of which it cannot be told whether it fits them.
        anomalies: code and subject of each anomaly that an acknowledgement fits; None before they are known.
    """

    entry: Entry
    state: EntryState
    vmids: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()
    anomalies: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Demands:
    """What the rules ask for one guest; where several say something different, the strictest counts.

    Attributes:
        max_age_s: seconds from which its newest good backup is too old; None when no rule says.
        copies: least number of copies, the guest itself being one; None when no rule says.
        offsite: places that count as away, besides those of the settings.
        offsite_copies: least number of copies away; None when no rule says.
        severities: by anomaly code.
        sources: the rules that it comes from.
    """

    max_age_s: int | None = None
    copies: int | None = None
    offsite: frozenset[str] = frozenset()
    offsite_copies: int | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)
    sources: tuple[Origin, ...] = ()


NO_DEMANDS = Demands()


@dataclass(frozen=True, slots=True)
class Dispute:
    """Entries that speak about the same thing.

    Attributes:
        about: ``exemption``, ``acknowledgement``, or what rules set differently, such as ``max_age``.
        entries: those entries.
        vmids: the guests concerned; empty for acknowledgements.
        subjects: the anomalies concerned; empty for the others.
    """

    about: str
    entries: tuple[Origin, ...]
    vmids: tuple[int, ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyUse:
    """The whole.

    Attributes:
        policy: what was used.
        today: the day of the run in the report's zone; None when no calendar can show it.
        matched: every entry, in the policy's order.
        granted: the exemption of each exempt guest, by vmid.
        demands: what the rules ask, by vmid; no entry where they ask nothing.
        general: severities that rules without a guest set, whatever an anomaly is about.
        disputes: entries that overlap.
    """

    policy: Policy = NO_POLICY
    today: date | None = None
    matched: tuple[Matched, ...] = ()
    granted: Mapping[int, Exemption] = field(default_factory=dict)
    demands: Mapping[int, Demands] = field(default_factory=dict)
    general: Mapping[str, Severity] = field(default_factory=dict)
    disputes: tuple[Dispute, ...] = ()

    @property
    def acknowledging(self) -> tuple[Acknowledgement, ...]:
        """The acknowledgements that count."""
        return tuple(
            told.entry
            for told in self.matched
            if told.state is EntryState.IN_FORCE and isinstance(told.entry, Acknowledgement)
        )


NOTHING_USED = PolicyUse()
