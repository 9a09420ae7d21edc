"""The report of a fleet as machines read it: the promise ``pve-backup-fleet/1``, written by hand from the model.

``message`` is in the reader's language; all else is the same in every language.
"""

from collections.abc import Iterable

from pve_backup_report.model.fleet import Fleet, Member, Standing
from pve_backup_report.model.report import Summary
from pve_backup_report.render.answer import answer
from pve_backup_report.render.data import Data
from pve_backup_report.render.fleet_page import known, whole_guests, wording_of
from pve_backup_report.render.fleet_row import failure_told
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.report_data import summary_data
from pve_backup_report.render.sentence import message_of
from pve_backup_report.render.sign import BAD, CALM, FAIR, GOOD, UNSEEN
from pve_backup_report.render.wording import Wording

SCHEMA = "pve-backup-fleet/1"
_NOT_ASKED = "not-asked"
_STATES = {
    GOOD: "well",
    FAIR: "worth-a-look",
    BAD: "action-needed",
    UNSEEN: "not-all-seen",
    CALM: "nothing-to-do",
}


def fleet_json(fleet: Fleet, language: Language) -> str:
    """Return the whole fleet as JSON."""
    return json_text(fleet_data(fleet, language))


def fleet_data(fleet: Fleet, language: Language) -> Data:
    """Return the whole fleet as plain values for JSON.

    Args:
        fleet: what to render.
        language: of ``message``.
    """
    wording = wording_of(fleet, language)
    standings = known(fleet)
    states = [_state(member, wording) for member in fleet.members]
    return {
        "schema": SCHEMA,
        "tool_version": fleet.tool_version,
        "generated_at": rfc3339(fleet.asked_at),
        "states": {state: states.count(state) for state in (_NOT_ASKED, *_STATES.values())},
        "complete": whole_guests(fleet),
        "summary": summary_data(total(standing.report.summary for standing in standings)),
        "sizes": _sizes(standings),
        "clusters": [_member(member, state, wording) for member, state in zip(fleet.members, states, strict=True)],
    }


def total(summaries: Iterable[Summary]) -> Summary:
    """Add summaries up."""
    listed = tuple(summaries)
    names = Summary.__slots__
    return Summary(**{name: sum(getattr(summary, name) for summary in listed) for name in names})


def _state(member: Member, wording: Wording) -> str:
    if member.failure is not None or member.standing is None:
        return _NOT_ASKED
    return _STATES[answer(member.standing.report, wording).sign.tone]


def _member(member: Member, state: str, wording: Wording) -> Data:
    standing, failure = member.standing, member.failure
    cluster = None if standing is None else standing.report.analysis.cluster
    return {
        "label": member.label,
        "site": member.site,
        "state": state,
        "failure": None if failure is None else {"kind": str(failure.kind), "message": failure_told(failure, wording)},
        "name": None if cluster is None else cluster.name,
        "version": None if cluster is None else cluster.version,
        "asked_at": None if standing is None else rfc3339(standing.asked_at),
        "age_s": None if standing is None else wording.now - standing.asked_at,
        "guests_complete": None if cluster is None else cluster.sight.guests,
        "summary": None if standing is None else summary_data(standing.report.summary),
        "sizes": None if standing is None else _sizes((standing,)),
        "gaps": None if standing is None else standing.gaps,
        "worst": None if standing is None else _worst(standing),
        "anomalies": None if standing is None else _anomalies(standing, wording),
        "reports": list(member.files),
    }


def _sizes(standings: Iterable[Standing]) -> Data:
    listed = tuple(standings)
    names = ("covered", "uncovered", "undetermined", "exempt")
    sums = {name: sum(standing.sizes[place] for standing in listed) for place, name in enumerate(names)}
    return {**sums, "guests_of_unknown_size": sum(standing.unsized for standing in listed)}


def _worst(standing: Standing) -> list[Data]:
    return [
        {
            "vmid": told.guest.vmid,
            "type": str(told.guest.type),
            "name": told.guest.name,
            "node": told.guest.node,
            "verdict": str(told.verdict),
            "reason": str(told.reason),
            "freshness": None if told.freshness is None else str(told.freshness),
            "last_success_at": None if told.last_success is None else rfc3339(told.last_success.at),
        }
        for told in standing.report.analysis.guests
    ]


def _anomalies(standing: Standing, wording: Wording) -> list[Data]:
    """Return each kind of error and warning once, with the first of them that was kept."""
    first = {anomaly.code: anomaly for anomaly in reversed(standing.report.anomalies)}
    return [
        {
            "code": code,
            "count": count,
            "severity": str(first[code].severity) if code in first else None,
            "message": message_of(first[code], wording) if code in first else None,
        }
        for code, count in standing.kinds
    ]
