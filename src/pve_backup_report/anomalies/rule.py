"""What a rule is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, how bad it is, its words, and how it is found.

    Attributes:
        code: stable, such as ``guest-uncovered``; also the name of its page in the docs.
        severity: unless a finding says otherwise.
        component: ``coverage``, ``evidence``, ``job``, ``storage``, ``guest``, ``node``, ``pbs``, ``policy`` or
            ``api``.
        message: English sentence with ``{names}`` of details; the key of its translation.
        remedy: what to do next, the same way.
        find: yields findings; pure.
    """

    code: str
    severity: Severity
    component: str
    message: str
    remedy: str
    find: Callable[[Analysis], Iterator[Finding]]
