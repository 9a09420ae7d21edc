"""All the rules, and what they find."""

import importlib
import pkgutil
from functools import cache

from pve_backup_report import anomalies
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Anomaly


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule of the room, sorted by code: each module's constant of type ``Rule``."""
    rules: list[Rule] = []
    for module in pkgutil.iter_modules(anomalies.__path__):
        found = vars(importlib.import_module(f"{anomalies.__name__}.{module.name}"))
        rules.extend(value for value in found.values() if isinstance(value, Rule))
    return tuple(sorted(rules, key=lambda rule: rule.code))


def find_anomalies(analysis: Analysis) -> tuple[Anomaly, ...]:
    """Return what every rule finds: the most severe first, then by code and subject.

    Args:
        analysis: the cluster and the conclusions.
    """
    found = [
        Anomaly(
            code=rule.code,
            severity=rule.severity if finding.severity is None else finding.severity,
            component=rule.component,
            subject=finding.subject,
            message=rule.message,
            remedy=rule.remedy,
            details=finding.details,
        )
        for rule in all_rules()
        for finding in rule.find(analysis)
    ]
    return tuple(sorted(found, key=lambda anomaly: (-anomaly.severity, anomaly.code, _natural(anomaly.subject))))


def _natural(subject: str) -> tuple[str, int, str]:
    """Sort ``qemu/99`` before ``qemu/100``."""
    kind, _, name = subject.partition("/")
    return kind, int(name) if name.isdecimal() and name.isascii() else 0, name
