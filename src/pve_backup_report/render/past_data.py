"""What the history tells, as machines read it."""

from pve_backup_report.model.past import Change, GuestPast, KeptRun, Met, Past
from pve_backup_report.render.data import Data
from pve_backup_report.render.moment import rfc3339


def past_data(past: Past | None) -> Data | None:
    """Return what the history adds to a report; None where none is kept."""
    if past is None:
        return None
    return {
        "fault": past.fault,
        "runs": past.runs,
        "since": rfc3339(past.since),
        "previous": None if past.previous is None else kept_run_data(past.previous),
        "changed": past.changed,
        "changes": [change_data(change) for change in past.changes],
        "met": [met_data(met) for met in past.met],
        "trend": [kept_run_data(run) for run in past.trend],
        "guests": {key: _guest(guest) for key, guest in sorted(past.guests.items())},
        "anomalies": [
            {"code": code, "subject": subject, "since": rfc3339(at)}
            for (code, subject), at in sorted(past.anomalies_since.items())
        ],
    }


def change_data(change: Change) -> Data:
    """Return one thing that is not as it was."""
    return {
        "kind": str(change.kind),
        "what": str(change.what),
        "key": change.key,
        "name": change.name,
        "fields": list(change.fields),
        "before": dict(change.before) or None,
        "after": dict(change.after) or None,
    }


def kept_run_data(run: KeptRun) -> Data:
    """Return an earlier run's counts."""
    return {"run": run.id, "at": rfc3339(run.at), "summary": dict(run.summary)}


def met_data(met: Met) -> Data:
    """Return how many due backups were met."""
    return {
        "days": met.days,
        "known_days": met.known_days,
        "met": met.met,
        "missed": met.missed,
        "unknown": met.unknown,
    }


def _guest(guest: GuestPast) -> Data:
    return {
        "verdict_since": rfc3339(guest.verdict_since),
        "freshness_since": rfc3339(guest.freshness_since),
        "met": [met_data(met) for met in guest.met],
        "streak": guest.streak,
    }
