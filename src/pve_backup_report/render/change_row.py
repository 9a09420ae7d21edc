"""What is not as it was in the run before, as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from pve_backup_report.model.conclusion import Freshness, Verdict
from pve_backup_report.model.past import Change, ChangeKind, Kind, State, Value
from pve_backup_report.render import words
from pve_backup_report.render.sign import BAD, CALM, FAIR, GOOD, UNSEEN, Sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

_SHOWN = 60  # characters of a name or a value
_SIGNS = {
    ChangeKind.NEWLY_UNCOVERED: ("✗", BAD),
    ChangeKind.BACKUP_MISSING: ("▲", FAIR),
    ChangeKind.VERDICT_CHANGED: ("◆", UNSEEN),
    ChangeKind.FRESHNESS_CHANGED: ("◆", UNSEEN),
    ChangeKind.RECOVERED: ("✓", GOOD),
    ChangeKind.BACKUP_BACK: ("✓", GOOD),
    ChangeKind.NEW: ("+", CALM),
    ChangeKind.GONE: ("–", UNSEEN),
    ChangeKind.SEEN: ("+", CALM),
    ChangeKind.CHANGED: ("◆", UNSEEN),
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change.

    Attributes:
        sign: what became of it.
        subject: the thing, such as ``103 db`` or ``backup-1``.
        detail: from what to what; None when there is nothing more to tell.
    """

    sign: Sign
    subject: str
    detail: str | None


def change_rows(changes: Iterable[Change], wording: Wording) -> tuple[ChangeRow, ...]:
    """Return the changes worth reading: an anomaly about a guest that is told of already is left out."""
    every = tuple(changes)
    guests = {change.key for change in every if change.what is Kind.GUEST}
    return tuple(
        ChangeRow(_sign(change, wording), _subject(change), _detail(change, wording))
        for change in every
        if not (change.what is Kind.ANOMALY and change.key.partition(" ")[2] in guests)
    )


def _sign(change: Change, wording: Wording) -> Sign:
    symbol, tone = _SIGNS[change.kind]
    word = words.TURNS.get(change.kind) or words.COMINGS_AND_GOINGS[change.what, change.kind]
    return Sign(symbol, wording.language.gettext(word), tone)


def _subject(change: Change) -> str:
    if change.what is Kind.GAP:
        return shorten(change.key.partition(" ")[2], 2 * _SHOWN)
    if change.what is not Kind.GUEST:
        return shorten(change.key, 2 * _SHOWN)
    vmid = change.key.rpartition("/")[2]
    return vmid if change.name is None else f"{vmid} {shorten(change.name, _SHOWN)}"


def _detail(change: Change, wording: Wording) -> str | None:
    then, now = change.before, change.after
    match change.kind:
        case ChangeKind.NEWLY_UNCOVERED | ChangeKind.RECOVERED | ChangeKind.VERDICT_CHANGED:
            return None if not then else _turn(_verdict(then, wording), _verdict(now, wording), wording)
        case ChangeKind.BACKUP_MISSING | ChangeKind.BACKUP_BACK | ChangeKind.FRESHNESS_CHANGED:
            return _turn(_freshness(then, wording), _freshness(now, wording), wording)
        case ChangeKind.NEW | ChangeKind.SEEN if change.what is Kind.GUEST:
            return _verdict(now, wording)
        case ChangeKind.CHANGED if change.what is Kind.GUEST:
            return _turn(_value(then.get("name")), _value(now.get("name")), wording)
        case ChangeKind.CHANGED:
            told = [
                wording.say(
                    "{what}: {detail}",
                    what=name,
                    detail=_turn(_value(then.get(name)), _value(now.get(name)), wording),
                )
                for name in change.fields
            ]
            return wording.say("; ").join(told)
    return None


def _turn(then: str, now: str, wording: Wording) -> str:
    return wording.say("{before} → {after}", before=then, after=now)


def _verdict(state: State, wording: Wording) -> str:
    return wording.verdict(Verdict(str(state["verdict"])))


def _freshness(state: State, wording: Wording) -> str:
    told = state["freshness"]
    return wording.freshness(None if told is None else Freshness(str(told)))


def _value(value: Value) -> str:
    if value is None or value == "":
        return "–"
    return str(value).lower() if isinstance(value, bool) else shorten(str(value), _SHOWN)
