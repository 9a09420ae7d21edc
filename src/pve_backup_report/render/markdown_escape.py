"""Untrusted text in Markdown: what it says stays, what it could do is gone.

GitHub, GitLab and their kin act on text in ways that no backslash prevents: mentions, references, bare links, emoji
names and formulas are found after escapes are resolved. Such words go into code spans, where nothing is acted on.
"""

import re
from functools import lru_cache

from pve_backup_report.render.visible import shown

# What a reader on the web would act upon; the whole word around it, up to a blank, pipe or backtick, becomes code.
_WORD = re.compile(r"[^\s|`]+")
_ACTS = re.compile(
    r"@|://|www\.|\$|mailto:|xmpp:|[#!&~%][0-9\"]|[&~][a-z]|\bgh-[0-9]|:[a-z0-9_+-]+:|\b[0-9a-f]{7,}\b",
    re.IGNORECASE,
)
# A colon that comes behind the text would make the name of an emoji of its end.
_OPEN = re.compile(r":[0-9_+-]*[a-z][a-z0-9_+-]*\Z", re.IGNORECASE)
_SIGNS = re.compile(r"[\\`*\[\]#|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile("[&<>]")
_AT_START = re.compile(r"[-+](?=\s|$)|[-=](?=[-=\s]*$)|[0-9]{1,9}(?=[.)](?:\s|$))")
_PLAIN_CODE = re.compile(r"[^\s`|](?:[^`|]*[^\s`|])?")


class Inert(str):
    """Markdown that is safe as it stands; the template does not escape it again."""

    __slots__ = ()


@lru_cache(maxsize=2**15)  # tables repeat the same words in every row, and several tables the names of the guests
def inert(text: str) -> Inert:
    """Return text for a table cell, a list item or a sentence: one line without any power.

    Args:
        text: untrusted.
    """
    seen = shown(text).strip()
    parts: list[str] = []
    end = 0
    for word in _WORD.finditer(seen):
        if not _ACTS.search(word[0]) and not (word.end() == len(seen) and _OPEN.search(word[0])):
            continue
        parts += (_escaped(seen[end : word.start()], at_start=not parts), f"`{word[0]}`")
        end = word.end()
    parts.append(_escaped(seen[end:], at_start=not parts))
    return Inert("".join(parts))


@lru_cache(maxsize=4096)  # jobs and storages stand in thousands of rows
def code(text: str) -> Inert:
    """Return text as a code span, for ids and codes; what a span cannot hold is written as text.

    Args:
        text: untrusted.
    """
    seen = shown(text)
    return Inert(f"`{seen}`") if _PLAIN_CODE.fullmatch(seen) else inert(text)


FILTERS = {"code": code, "raw": Inert}
"""What a template of Markdown may pipe a value through."""


def _escaped(text: str, *, at_start: bool) -> str:
    escaped = _SIGNS.sub(lambda sign: "\\" + sign[0], text)
    escaped = _ENTITY.sub(lambda sign: _ENTITIES[sign[0]], escaped)
    start = _AT_START.match(escaped) if at_start else None
    if start is None:
        return escaped
    place = start.end() if start[0].isdigit() else 0  # a number is disarmed at the sign behind it
    return escaped[:place] + "\\" + escaped[place:]
