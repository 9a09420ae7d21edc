"""The order people expect of names that hold numbers."""

import re

_DIGITS = re.compile(r"([0-9]{1,18})")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts ``scsi2`` before ``scsi10``."""
    parts = _DIGITS.split(name)
    return tuple((1, int(part), "") if place % 2 else (0, 0, part) for place, part in enumerate(parts))
