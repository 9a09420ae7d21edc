"""The administrator's policy: who is exempt, what rules hold for whom, what is known and acknowledged."""

from dataclasses import dataclass
from datetime import date

from pve_backup_report.model.anomaly import Severity

EXEMPT, RULE, ACKNOWLEDGE, TAG = "exempt", "rule", "acknowledge", "tag"
"""The kinds of entries: the three tables of the file, and a tag of the setting ``EXEMPT_TAGS``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry stands.

    Attributes:
        kind: one of the kinds above.
        number: of the entry among those of its kind, from 1 on.
        line: in the file; None for a tag, and when it could not be told.
    """

    kind: str
    number: int
    line: int | None = None

    @property
    def subject(self) -> str:
        """The entry as the subject of an anomaly, such as ``policy/exempt-2``."""
        return f"policy/{self.kind}-{self.number}"

    @property
    def label(self) -> str:
        """The entry as a person finds it, in any language, such as ``[[exempt]] 2 (L14)``."""
        if self.kind == TAG:
            return "EXEMPT_TAGS"
        return f"[[{self.kind}]] {self.number}" + ("" if self.line is None else f" (L{self.line})")


@dataclass(frozen=True, slots=True)
class Selector:
    """Which guests an entry is about: all that is given must fit; of a list, one item must.

    Attributes:
        vmids: ranges of ids, both ends included.
        tags: tags, in any case.
        pools: patterns of pools.
        names: patterns of guests' names, in any case.
        clusters: patterns of the names of clusters, in any case.
    """

    vmids: tuple[tuple[int, int], ...] = ()
    tags: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()

    @property
    def of_all(self) -> bool:
        """Whether it leaves no guest out."""
        return not (self.vmids or self.tags or self.pools or self.names)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Guests that need no backup, on purpose.

    Attributes:
        origin: where it stands.
        selector: which guests.
        reason: why; None for a tag.
        owner: who answers for it; None for a tag, which whoever may set tags answers for.
        until: the last day on which it counts; None for ever.
    """

    origin: Origin
    selector: Selector
    reason: str | None
    owner: str | None
    until: date | None


@dataclass(frozen=True, slots=True)
class GuestRule:
    """What is asked for some guests beyond what is asked for all.

    Attributes:
        origin: where it stands.
        selector: which guests; of all when it gives none.
        max_age_s: seconds from which their newest good backup is too old.
        copies: least number of copies, the guest itself being one.
        offsite: places that count as away from the cluster, besides those of the settings.
        offsite_copies: least number of copies away from the cluster.
        severities: of an anomaly's code, in place of its own.
        reason: why; None when not said.
        owner: who answers for it; None when not said.
        until: the last day on which it counts; None for ever.
    """

    origin: Origin
    selector: Selector
    max_age_s: int | None = None
    copies: int | None = None
    offsite: tuple[str, ...] = ()
    offsite_copies: int | None = None
    severities: tuple[tuple[str, Severity], ...] = ()
    reason: str | None = None
    owner: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An anomaly that somebody knows of and answers for until a day.

    Attributes:
        origin: where it stands.
        code: of the anomaly.
        subject: pattern of its subject, such as ``qemu/103``; None for any.
        clusters: patterns of the names of clusters; empty for any.
        reason: why.
        owner: who answers for it.
        until: the last day on which it counts.
    """

    origin: Origin
    code: str
    subject: str | None
    clusters: tuple[str, ...]
    reason: str
    owner: str
    until: date


Entry = Exemption | GuestRule | Acknowledgement


@dataclass(frozen=True, slots=True)
class Policy:
    """All entries.

    Attributes:
        file: name of the file; None when there is none.
        exemptions: those of the file, then the tags of the settings.
        rules: in the order of the file.
        acknowledgements: the same.
    """

    file: str | None = None
    exemptions: tuple[Exemption, ...] = ()
    rules: tuple[GuestRule, ...] = ()
    acknowledgements: tuple[Acknowledgement, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry: exemptions, rules, acknowledgements."""
        return (*self.exemptions, *self.rules, *self.acknowledgements)


NO_POLICY = Policy()
