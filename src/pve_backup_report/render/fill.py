"""Putting values into the ``{names}`` of a message, without the powers of ``str.format``."""

import re
from collections.abc import Mapping

_NAME = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}")


def fill(message: str, values: Mapping[str, str]) -> str:
    """Return ``message`` with each ``{name}`` replaced by its value, in one pass.

    A value is never read as a message itself, no attribute or index is followed, and nothing raises: a name
    without a value stays as it is written. ``{{`` and ``}}`` mean one brace.
    """
    if "{" not in message and "}" not in message:
        return message

    def replace(found: re.Match[str]) -> str:
        name = found[1]
        return found[0][0] if name is None else values.get(name, found[0])

    return _NAME.sub(replace, message)
