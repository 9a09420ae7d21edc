"""Putting values into the ``{names}`` of a message, without the powers of ``str.format``."""

import re
from collections.abc import Mapping
from functools import lru_cache

_NAME = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}")


def fill(message: str, values: Mapping[str, object]) -> str:
    """Return ``message`` with each ``{name}`` replaced by its value, in one pass.

    A value is never read as a message itself, no attribute or index is followed, and nothing raises: a name
    without a value stays as it is written. ``{{`` and ``}}`` mean one brace.
    """
    parts = _parts(message)
    return "".join([text if name is None else str(values.get(name, text)) for text, name in parts])


@lru_cache(maxsize=1024)  # there are a few hundred messages, and one of them stands in a thousand rows
def _parts(message: str) -> tuple[tuple[str, str | None], ...]:
    """Return a message in parts: each as it is written, and the name whose value takes its place."""
    parts: list[tuple[str, str | None]] = []
    at = 0
    for found in _NAME.finditer(message):
        name = found[1]
        parts.append((message[at : found.start()], None))
        parts.append((found[0][0] if name is None else found[0], name))
        at = found.end()
    return (*((text, name) for text, name in parts if text), (message[at:], None))
