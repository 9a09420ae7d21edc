"""Since when: how long a thing has been as it is, from the spans in which it was the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from pve_backup_report.history.changes import UNSEEN
from pve_backup_report.model.past import State


@dataclass(frozen=True, slots=True)
class Span:
    """Runs in a row in which one thing was the same.

    Attributes:
        first_run: number of the first.
        first_at: epoch of the first.
        until_run: number of the first one after them; None while it is the same.
        state: what was known of it.
    """

    first_run: int
    first_at: int
    until_run: int | None
    state: State


def since(now: int, value: object, spans: Sequence[Span], field: str, blank: str) -> int:
    """Return the epoch since which a field of a thing has its value.

    Runs that could not tell are passed over: nothing in between said otherwise.

    Args:
        now: epoch of the run in hand.
        value: what the field is now.
        spans: of the thing, the newest first; the newest reaches to the run before, or the thing was not there then.
        field: the name of the field.
        blank: the value that says that a run could not tell.
    """
    at = now
    follower: int | None = None
    for span in spans:
        if span.until_run != follower:
            break  # it was not there in between
        follower = span.first_run
        told = span.state.get(field)
        if told == value and not span.state.get(UNSEEN):
            at = span.first_at
        elif told != blank and not span.state.get(UNSEEN):
            break
    return at


def there_since(now: int, spans: Sequence[Span]) -> int:
    """Return the epoch since which a thing is there without a break, whatever is known of it."""
    at = now
    follower: int | None = None
    for span in spans:
        if span.until_run != follower:
            break
        follower, at = span.first_run, span.first_at
    return at
