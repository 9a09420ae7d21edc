"""All the rules, and what they find."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from pve_backup_report import anomalies
from pve_backup_report.anomalies.policy_applied import Judged, judged
from pve_backup_report.anomalies.policy_entries_overlap import POLICY_ENTRIES_OVERLAP
from pve_backup_report.anomalies.policy_entry_unused import POLICY_ENTRY_UNUSED
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.natural import natural
from pve_backup_report.model.policy import Acknowledgement

_AFTER_THE_OTHERS = (POLICY_ENTRY_UNUSED, POLICY_ENTRIES_OVERLAP)  # they look at what the others found


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule of the room, sorted by code: each module's constant of type ``Rule``."""
    rules: dict[Rule, None] = {}
    for module in pkgutil.iter_modules(anomalies.__path__):
        found = vars(importlib.import_module(f"{anomalies.__name__}.{module.name}"))
        rules.update(dict.fromkeys(value for value in found.values() if isinstance(value, Rule)))
    return tuple(sorted(rules, key=lambda rule: rule.code))


def find_anomalies(analysis: Analysis) -> tuple[Anomaly, ...]:
    """Return what every rule finds: the most severe first, then by code and subject.

    Args:
        analysis: the cluster and the conclusions.
    """
    return conclude(analysis)[1]


def conclude(analysis: Analysis) -> tuple[Analysis, tuple[Anomaly, ...]]:
    """Return what every rule finds, and the analysis with what the policy's acknowledgements fit.

    Args:
        analysis: the cluster and the conclusions.
    """
    first = judged(_found([rule for rule in all_rules() if rule not in _AFTER_THE_OTHERS], analysis), analysis)
    told = _with_acknowledgements(analysis, first)
    second = judged(_found(_AFTER_THE_OTHERS, told), told)
    both = (*first.anomalies, *second.anomalies)
    order = sorted(both, key=lambda anomaly: (-anomaly.severity, anomaly.code, natural(anomaly.subject)))
    return _with_acknowledgements(analysis, first, second), tuple(order)


def _found(rules: Iterable[Rule], analysis: Analysis) -> Iterator[Anomaly]:
    for rule in rules:
        for finding in rule.find(analysis):
            yield Anomaly(
                code=rule.code,
                severity=rule.severity if finding.severity is None else finding.severity,
                component=rule.component,
                subject=finding.subject,
                message=rule.message,
                remedy=rule.remedy,
                details=finding.details,
            )


def _with_acknowledgements(analysis: Analysis, *seen: Judged) -> Analysis:
    """Return the analysis with the anomalies that each acknowledgement fits."""
    use = analysis.policy_use
    matched = tuple(
        replace(told, anomalies=tuple(fit for found in seen for fit in found.fitting.get(told.entry.origin, ())))
        if isinstance(told.entry, Acknowledgement)
        else told
        for told in use.matched
    )
    disputes = (*use.disputes, *(dispute for found in seen for dispute in found.disputes))
    return replace(analysis, policy_use=replace(use, matched=matched, disputes=disputes))
