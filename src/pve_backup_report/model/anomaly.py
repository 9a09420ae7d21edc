"""An anomaly: one thing that is wrong, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

Detail = str | int | bool | None | tuple[str, ...] | tuple[int, ...]


class Severity(IntEnum):
    """Proxmox's own words, in order."""

    INFO = 0
    NOTICE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule yields: a subject and the facts its message is made of.

    Attributes:
        subject: what it is about, such as ``qemu/103``, ``job/backup-1``, ``storage/nas``, ``node/pve2``.
        details: facts by name; every name in the rule's message is among them. Never a secret.
        severity: overrules the rule's own.
    """

    subject: str
    details: Mapping[str, Detail] = field(default_factory=dict)
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody knows of an anomaly and answers for it.

    Attributes:
        number: of the entry of the policy, from 1 on.
        line: where the entry stands in the file; None when it could not be told.
        reason: why.
        owner: who.
        until: the last day on which it counts.
    """

    number: int
    line: int | None
    reason: str
    owner: str
    until: date


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One finding of one rule.

    Attributes:
        code: the rule's code.
        severity: how bad.
        component: the part of the world it speaks of.
        subject: what it is about.
        message: the rule's English sentence, with ``{names}``; the renderer fills it in the reader's language.
        remedy: the same.
        details: the facts.
        usual: its severity without the policy, where the policy sets another one; None where it does not.
        acknowledged: who knows of it; None when nobody does. It stays listed, but counts nowhere else.
    """

    code: str
    severity: Severity
    component: str
    subject: str
    message: str
    remedy: str
    details: Mapping[str, Detail]
    usual: Severity | None = None
    acknowledged: Acknowledged | None = None
