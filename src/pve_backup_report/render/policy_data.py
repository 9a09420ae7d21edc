"""The policy as machines read it: every entry with what it fits, every exemption with its source."""

from datetime import date

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.policy import TAG, Acknowledgement, GuestRule, Origin, Selector
from pve_backup_report.model.policy_use import Matched
from pve_backup_report.model.verdict import Granted
from pve_backup_report.render.data import Data


def policy_data(analysis: Analysis) -> Data:
    """Return the whole policy and what it comes to."""
    use = analysis.policy_use
    return {
        "file": use.policy.file,
        "today": _day(use.today),
        "entries": [_entry(told) for told in use.matched],
        "overlaps": [
            {
                "about": dispute.about,
                "entries": [_origin(origin) for origin in dispute.entries],
                "guests": list(dispute.vmids),
                "anomalies": list(dispute.subjects),
            }
            for dispute in use.disputes
        ],
    }


def exemptions_data(analysis: Analysis) -> list[Data]:
    """Return every exempt guest with its exemption, by vmid."""
    guests = sorted(analysis.guests, key=lambda told: told.guest.vmid)
    return [{"vmid": told.guest.vmid, **granted_data(told.exemption)} for told in guests if told.exemption is not None]


def granted_data(granted: Granted) -> Data:
    """Return one guest's exemption, and what would be said of the guest without it."""
    entry = granted.exemption
    by_tag = entry.origin.kind == TAG
    return {
        "source": "tag" if by_tag else "policy",
        "entry": None if by_tag else entry.origin.number,
        "line": entry.origin.line,
        "tag": entry.selector.tags[0] if by_tag else None,
        "reason": entry.reason,
        "owner": entry.owner,
        "until": _day(entry.until),
        "otherwise": {
            "verdict": str(granted.verdict),
            "reason": str(granted.reason),
            "freshness": None if granted.freshness is None else str(granted.freshness),
        },
    }


def acknowledged_data(anomaly: Anomaly) -> Data | None:
    """Return who knows of an anomaly; None when nobody does."""
    told = anomaly.acknowledged
    if told is None:
        return None
    return {
        "entry": told.number,
        "line": told.line,
        "reason": told.reason,
        "owner": told.owner,
        "until": told.until.isoformat(),
    }


def _entry(told: Matched) -> Data:
    entry = told.entry
    return {
        **_origin(entry.origin),
        "state": str(told.state),
        "selects": _acknowledges(entry) if isinstance(entry, Acknowledgement) else _selects(entry.selector),
        "sets": _sets(entry) if isinstance(entry, GuestRule) else None,
        "reason": entry.reason,
        "owner": entry.owner,
        "until": _day(entry.until),
        "guests": list(told.vmids),
        "undetermined": list(told.unsure),
        "anomalies": None
        if told.anomalies is None
        else [{"code": code, "subject": subject} for code, subject in told.anomalies],
    }


def _origin(origin: Origin) -> Data:
    return {"kind": origin.kind, "number": origin.number, "line": origin.line}


def _selects(selector: Selector) -> Data:
    return {
        "vmid": [low if low == high else f"{low}-{high}" for low, high in selector.vmids],
        "tag": list(selector.tags),
        "pool": list(selector.pools),
        "name": list(selector.names),
        "cluster": list(selector.clusters),
    }


def _acknowledges(entry: Acknowledgement) -> Data:
    return {"code": entry.code, "subject": entry.subject, "cluster": list(entry.clusters)}


def _sets(entry: GuestRule) -> Data:
    return {
        "max_age_s": entry.max_age_s,
        "copies": entry.copies,
        "offsite": list(entry.offsite),
        "offsite_copies": entry.offsite_copies,
        "severity": {code: str(severity) for code, severity in entry.severities},
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
