"""Text that a user typed or a server sent, made fit to be looked at: nothing in it acts or hides."""

import re
from functools import lru_cache

# Control, line and paragraph separators, invisible and direction-changing characters, lone surrogates and
# noncharacters. The zero-width joiners (200C, 200D) stay: scripts and emoji need them.
_RANGES = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x061C, 0x061C), (0x180E, 0x180E), (0x200B, 0x200B), (0x200E, 0x200F),
    (0x2028, 0x202E), (0x2060, 0x206F), (0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
    (0xE0000, 0xE0FFF), *((plane * 0x10000 + 0xFFFE, plane * 0x10000 + 0xFFFF) for plane in range(17)),
)  # fmt: skip
_UNSEEN = re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _RANGES) + "]")
_BYTE, _BMP = 0xFF, 0xFFFF
_LONGEST = 1000  # characters of one value that a page shows; machine output has them all


def visible(text: str) -> str:
    """Return ``text`` with every character that cannot be seen written as an escape (``x1b`` after a backslash)."""
    if text.isascii() and text.isprintable():  # nearly every text
        return text
    return _UNSEEN.sub(_escape, text)


def shown(text: str) -> str:
    """Return ``text`` as every page and terminal prints it: visible, and not without end."""
    if len(text) <= _LONGEST and text.isascii() and text.isprintable():  # nearly every text
        return text
    return _visible(shorten(text, _LONGEST))


_visible = lru_cache(maxsize=4096)(visible)  # times and sizes have blanks that are not ASCII, and stand in many rows


def shorten(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, the last of them ``…`` when something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def first_line(text: str) -> str:
    """Return the first line that holds more than blanks; empty when there is none."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _escape(found: re.Match[str]) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(found[0])
    if named:
        return named
    code = ord(found[0])
    if code <= _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _BMP else f"\\U{code:08x}"
