"""What is not as it was: the facts of two runs, compared."""

from collections.abc import Collection
from typing import Final

from pve_backup_report.model.conclusion import Freshness, Verdict
from pve_backup_report.model.natural import natural
from pve_backup_report.model.past import Change, ChangeKind, Facts, Kind, State, Value

UNSEEN: Final = "unseen"  # marks what a later run could not see; what was known of it stays beside it
_COMPARED = (Kind.GUEST, Kind.JOB, Kind.STORAGE, Kind.NODE, Kind.ANOMALY, Kind.GAP)
_KNOWN: Final = "known_"  # before the name of a field: its last value that was known
_BLANKS: Final = {"verdict": Verdict.UNDETERMINED, "freshness": Freshness.UNKNOWN}
_BAD = (Freshness.LATE, Freshness.NEVER)
_ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            ChangeKind.NEWLY_UNCOVERED, ChangeKind.BACKUP_MISSING, ChangeKind.VERDICT_CHANGED,
            ChangeKind.FRESHNESS_CHANGED, ChangeKind.GONE, ChangeKind.CHANGED, ChangeKind.NEW, ChangeKind.SEEN,
            ChangeKind.RECOVERED, ChangeKind.BACKUP_BACK,
        )
    )
}  # fmt: skip


def changes_between(
    before: Facts, after: Facts, *, complete_before: Collection[Kind], complete_after: Collection[Kind]
) -> tuple[Change, ...]:
    """Return what changed, the worst first within each kind of thing.

    A thing that only one of the runs could see is no new thing and no lost one.

    Args:
        before: the facts of the earlier run; one that it could not see carries the mark.
        after: those of the later run.
        complete_before: kinds of which the earlier run saw all.
        complete_after: kinds of which the later run saw all.
    """
    found: list[Change] = []
    for what, key in before.keys() | after.keys():
        if what not in _COMPARED:
            continue
        then, now = _seen(before.get((what, key))), after.get((what, key))
        now = None if now is not None and now.get(UNSEEN) else now
        if then is None and now is not None:
            found.extend(_come(what, key, now, known=what in complete_before))
        elif now is None and then is not None:
            if what in complete_after:
                found.append(_change(ChangeKind.GONE, what, key, then, {}))
        elif then is not None and now is not None and _plain(then) != now:
            found.extend(_both(what, key, then, now))
    return tuple(sorted(found, key=_order))


def carried(before: Facts, after: Facts, complete: Collection[Kind]) -> Facts:
    """Return the facts of a run with those added that it could not see: marked, with what was known of them.

    Args:
        before: the facts of the run before, carried ones among them.
        after: those of the run itself.
        complete: kinds of which the run saw all.
    """
    lost = {at: {**state, UNSEEN: True} for at, state in before.items() if at not in after and at[0] not in complete}
    judged = {
        at: {**state, **_known(before[at], state)}
        for at, state in after.items()
        if at[0] is Kind.GUEST and at in before
    }
    return {**after, **judged, **lost}


def _known(then: State, now: State) -> State:
    """Return what was last known of a guest that a run could not judge."""
    return {f"{_KNOWN}{field}": _last(then, field) for field, blank in _BLANKS.items() if now.get(field) == blank}


def _last(state: State, field: str) -> Value:
    """Return the last value of a field that was known."""
    return state.get(f"{_KNOWN}{field}", state.get(field))


def _seen(state: State | None) -> State | None:
    return None if state is None else {name: value for name, value in state.items() if name != UNSEEN}


def _plain(state: State) -> State:
    return {name: value for name, value in state.items() if not name.startswith(_KNOWN)}


def _come(what: Kind, key: str, now: State, *, known: bool) -> list[Change]:
    found = [_change(ChangeKind.NEW if known else ChangeKind.SEEN, what, key, {}, now)]
    if what is Kind.GUEST and now["verdict"] == Verdict.UNCOVERED:
        found.append(_change(ChangeKind.NEWLY_UNCOVERED, what, key, {}, now))
    return found


def _both(what: Kind, key: str, then: State, now: State) -> list[Change]:
    if what is not Kind.GUEST:
        return [_change(ChangeKind.CHANGED, what, key, then, now)]
    kinds = []
    if then["verdict"] != now["verdict"]:
        kinds.append(_of_verdict(_last(then, "verdict"), now["verdict"]))
    if then["freshness"] != now["freshness"] and then["freshness"] is not None and now["freshness"] is not None:
        kinds.append(_of_freshness(_last(then, "freshness"), now["freshness"]))
    if then["name"] != now["name"]:
        kinds.append(ChangeKind.CHANGED)
    return [_change(kind, what, key, _plain(then), now) for kind in kinds]


def _of_verdict(then: Value, now: Value) -> ChangeKind:
    if now == Verdict.UNCOVERED and then != Verdict.UNCOVERED:
        return ChangeKind.NEWLY_UNCOVERED
    better = now == Verdict.COVERED and then in (Verdict.UNCOVERED, Verdict.PARTIAL)
    return ChangeKind.RECOVERED if better else ChangeKind.VERDICT_CHANGED


def _of_freshness(then: Value, now: Value) -> ChangeKind:
    if then == Freshness.FRESH and now in _BAD:
        return ChangeKind.BACKUP_MISSING
    back = then in _BAD and now == Freshness.FRESH
    return ChangeKind.BACKUP_BACK if back else ChangeKind.FRESHNESS_CHANGED


def _change(kind: ChangeKind, what: Kind, key: str, then: State, now: State) -> Change:
    name = (now or then).get("name")
    return Change(kind, what, key, name if isinstance(name, str) else None, then, now)


def _order(change: Change) -> tuple[int, int, tuple[tuple[int, int, str], ...]]:
    return (_COMPARED.index(change.what), _ORDER[change.kind], natural(change.key))
