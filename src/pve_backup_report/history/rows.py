"""What stands in the rows of the history, as values; a row that holds anything else raises ``BrokenRowError``."""

import json
import zlib
from datetime import date

from pve_backup_report.history.trouble import BrokenRowError
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.day import DayState
from pve_backup_report.model.past import KeptRun, Kind, State


def unpacked(answer: bytes) -> Answer | None:
    """Return a kept answer of a finished task; None when it is not what was written: then it is asked again."""
    try:
        told = json.loads(zlib.decompress(answer))
        return Answer(AnswerKind.OK, status=told["status"], data=told["data"], total=told["total"])
    except (zlib.error, ValueError, KeyError, TypeError):
        return None


def run_in(number: int, at: int, summary: str, complete: str, *, told: bool) -> KeptRun:
    """Return a run.

    Args:
        number: of the run.
        at: epoch of its clock reading.
        summary: JSON, its counts by name.
        complete: JSON, kinds of things of which it saw all.
        told: whoever wanted to hear of it was told.
    """
    try:
        counts = {str(name): int(count) for name, count in json.loads(summary).items()}
        return KeptRun(number, at, counts, frozenset(map(Kind, json.loads(complete))), told)
    except (ValueError, TypeError, AttributeError):
        raise BrokenRowError(f"run {number}") from None


def kind_in(told: str) -> Kind:
    """Return the kind of a fact."""
    try:
        return Kind(told)
    except ValueError:
        raise BrokenRowError("a kind of fact") from None


def state_in(told: str) -> State:
    """Return how a thing was."""
    try:
        state = json.loads(told)
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise BrokenRowError("a fact")
    return state


def fact_in(kind: Kind, told: str) -> State:
    """Return how a thing of a kind was: of a guest all is told that changes are found in."""
    state = state_in(told)
    if kind is Kind.GUEST and not {"name", "verdict", "freshness"} <= state.keys():
        raise BrokenRowError("what is known of a guest")
    return state


def day_in(told: str) -> date:
    """Return a day."""
    try:
        return date.fromisoformat(told)
    except (ValueError, TypeError):
        raise BrokenRowError("a day") from None


def day_state_in(told: str) -> DayState:
    """Return how a day went."""
    try:
        return DayState(told)
    except ValueError:
        raise BrokenRowError("how a day went") from None


def packed(answer: Answer) -> bytes:
    """Return the answer of a finished task as it is kept."""
    told = {"status": answer.status, "data": answer.data, "total": answer.total}
    return zlib.compress(json.dumps(told).encode(), 6)
