"""What the policy lets pass, as people read it: who is exempt, what is acknowledged, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.policy import ACKNOWLEDGE, TAG, Origin
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import GuestVerdict, Verdict
from pve_backup_report.render.sentence import message_of
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

_NAME_SHOWN, _TEXT_SHOWN = 80, 300  # characters


@dataclass(frozen=True, slots=True)
class ExemptRow:
    """One exempt guest.

    Attributes:
        vmid: the guest's id.
        name: as typed by its owner; None when not specified.
        reason: why it is exempt.
        facts: who answers for it, until when, where it is said, and what would be said of the guest otherwise.
    """

    vmid: int
    name: str | None
    reason: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcknowledgedRow:
    """One anomaly that somebody knows of.

    Attributes:
        code: of the anomaly.
        message: what is wrong.
        reason: why it may be.
        facts: who answers for it, until when, where it is said.
    """

    code: str
    message: str
    reason: str
    facts: tuple[str, ...]


def exempt_rows(guests: Iterable[GuestVerdict], wording: Wording) -> tuple[ExemptRow, ...]:
    """Return the exempt guests, by vmid."""
    exempt = sorted((told for told in guests if told.verdict is Verdict.EXEMPT), key=lambda told: told.guest.vmid)
    return tuple(_exempt(told, wording) for told in exempt)


def acknowledged_rows(report: Report, wording: Wording) -> tuple[AcknowledgedRow, ...]:
    """Return the acknowledged anomalies, in the report's order."""
    return tuple(
        AcknowledgedRow(
            anomaly.code,
            message_of(anomaly, wording),
            shorten(anomaly.acknowledged.reason, _TEXT_SHOWN),
            (
                *_who(anomaly.acknowledged.owner, anomaly.acknowledged.until, wording),
                Origin(ACKNOWLEDGE, anomaly.acknowledged.number, anomaly.acknowledged.line).label,
            ),
        )
        for anomaly in report.anomalies
        if anomaly.acknowledged is not None
    )


def exempt_lines(told: GuestVerdict, wording: Wording) -> tuple[str, ...]:
    """Return why a guest is exempt, in one line; none when it is not."""
    return tuple(
        _line(f"{row.vmid}{f' {row.name}' if row.name else ''}", row.reason, row.facts, wording)
        for row in exempt_rows([told], wording)
    )


def exception_lines(report: Report, wording: Wording) -> tuple[str, ...]:
    """Return all of them, one line each."""
    exempt = (line for told in report.analysis.guests for line in exempt_lines(told, wording))
    known = (_line(row.message, row.reason, row.facts, wording) for row in acknowledged_rows(report, wording))
    return (*exempt, *known)


def policy_note(anomaly: Anomaly, wording: Wording) -> str | None:
    """Return what the policy says of an anomaly, in one line; None when it says nothing."""
    notes = []
    if anomaly.acknowledged is not None:
        told = anomaly.acknowledged
        notes.append(
            wording.say(
                "Acknowledged by {owner} until {day}: {reason}.",
                owner=shorten(told.owner, _NAME_SHOWN),
                day=wording.language.date(told.until),
                reason=shorten(told.reason, _TEXT_SHOWN).rstrip("."),
            )
        )
    if anomaly.usual is not None:
        usual = wording.severity(anomaly.usual)
        notes.append(wording.say("The policy sets this severity; it is usually: {severity}.", severity=usual))
    return " ".join(notes) or None


def _exempt(told: GuestVerdict, wording: Wording) -> ExemptRow:
    granted, guest = told.exemption, told.guest
    name = None if guest.name is None else shorten(guest.name, _NAME_SHOWN)
    if granted is None:
        return ExemptRow(guest.vmid, name, wording.reason(told.reason), ())
    entry = granted.exemption
    if entry.origin.kind == TAG:
        tag = wording.say("it has the tag {tag}", tag=entry.selector.tags[0])
        by_tag = (wording.say("set by whoever may set tags on it"), entry.origin.label)
        return ExemptRow(guest.vmid, name, tag, (*by_tag, _otherwise(told, wording)))
    reason = wording.reason(told.reason) if entry.reason is None else shorten(entry.reason, _TEXT_SHOWN)
    facts = (*_who(entry.owner, entry.until, wording), entry.origin.label)
    return ExemptRow(guest.vmid, name, reason, (*facts, _otherwise(told, wording)))


def _otherwise(told: GuestVerdict, wording: Wording) -> str:
    if told.exemption is None:
        return ""
    otherwise = wording.listed([
        wording.say(
            "{what}: {detail}",
            what=wording.verdict(told.exemption.verdict),
            detail=wording.reason(told.exemption.reason),
        ),
        wording.freshness(told.exemption.freshness),
    ])  # fmt: skip
    return wording.say("without this: {otherwise}", otherwise=otherwise)


def _who(owner: str | None, until: date | None, wording: Wording) -> tuple[str, ...]:
    return (
        wording.say("owner {owner}", owner=wording.unspecified() if owner is None else shorten(owner, _NAME_SHOWN)),
        wording.say("no last day") if until is None else wording.say("until {day}", day=wording.language.date(until)),
    )


def _line(what: str, reason: str, facts: tuple[str, ...], wording: Wording) -> str:
    told = wording.say("{what}: {detail}", what=what.rstrip("."), detail=reason.rstrip("."))
    return f"{told} ({wording.listed(facts)})" if facts else told
