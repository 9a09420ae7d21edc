"""What the policy does to an anomaly: another severity, or an acknowledgement; the anomaly stays listed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Acknowledged, Anomaly, Severity
from pve_backup_report.model.policy import Acknowledgement, Origin
from pve_backup_report.model.policy_use import NO_DEMANDS, Dispute, PolicyUse


@dataclass(frozen=True, slots=True)
class Judged:
    """Anomalies as the policy sees them.

    Attributes:
        anomalies: in the order given.
        fitting: by acknowledgement in force, code and subject of each anomaly that it fits.
        disputes: acknowledgements that fit the same anomalies.
    """

    anomalies: tuple[Anomaly, ...]
    fitting: Mapping[Origin, tuple[tuple[str, str], ...]]
    disputes: tuple[Dispute, ...]


def judged(anomalies: Iterable[Anomaly], analysis: Analysis) -> Judged:
    """Return the anomalies with the severity that the policy gives them, and with who acknowledges them.

    Args:
        anomalies: what the rules found.
        analysis: the cluster and the conclusions.
    """
    use = analysis.policy_use
    keys = {told.guest.key: told.guest.vmid for told in analysis.guests}
    fitting: dict[Origin, list[tuple[str, str]]] = {entry.origin: [] for entry in use.acknowledging}
    together: dict[tuple[Origin, ...], list[str]] = {}
    found = []
    for anomaly in anomalies:
        severity = _severity(anomaly, use, keys)
        entries = [entry for entry in use.acknowledging if _fits(entry, anomaly)]
        for entry in entries:
            fitting[entry.origin].append((anomaly.code, anomaly.subject))
        if len(entries) > 1:
            together.setdefault(tuple(entry.origin for entry in entries), []).append(anomaly.subject)
        found.append(
            replace(
                anomaly,
                severity=severity,
                usual=anomaly.severity if severity != anomaly.severity else None,
                acknowledged=_acknowledged(entries[0]) if entries else None,
            )
        )
    return Judged(
        tuple(found),
        {origin: tuple(fits) for origin, fits in fitting.items()},
        tuple(Dispute("acknowledgement", origins, (), tuple(subjects)) for origins, subjects in together.items()),
    )


def _severity(anomaly: Anomaly, use: PolicyUse, keys: Mapping[str, int]) -> Severity:
    """Return the severity: of an anomaly about several guests, that of the guest for whom it is the gravest."""
    usual = use.general.get(anomaly.code, anomaly.severity)
    vmids = _guests(anomaly, keys)
    return max((use.demands.get(vmid, NO_DEMANDS).severities.get(anomaly.code, usual) for vmid in vmids), default=usual)


def _guests(anomaly: Anomaly, keys: Mapping[str, int]) -> tuple[int, ...]:
    if anomaly.subject in keys:
        return (keys[anomaly.subject],)
    vmids = anomaly.details.get("vmids")
    return tuple(vmid for vmid in vmids if isinstance(vmid, int)) if isinstance(vmids, tuple) else ()


def _fits(entry: Acknowledgement, anomaly: Anomaly) -> bool:
    return entry.code == anomaly.code and (entry.subject is None or fnmatchcase(anomaly.subject, entry.subject))


def _acknowledged(entry: Acknowledgement) -> Acknowledged:
    return Acknowledged(entry.origin.number, entry.origin.line, entry.reason, entry.owner, entry.until)
