"""Where the entries of a policy stand in its file: TOML's reader keeps no lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HEADER = re.compile(r"""\s*\[\[\s*(?P<quote>["']?)(?P<kind>[a-z]+)(?P=quote)\s*\]\]""")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one entry stands.

    Attributes:
        line: of its ``[[…]]``.
        text: its own lines, that one first.
    """

    line: int
    text: tuple[str, ...]

    def line_of(self, key: str) -> int:
        """Return the line of one of its keys, such as ``severity.backup-late``; else that of the entry."""
        parts = [rf"""["']?{re.escape(part)}["']?""" for part in key.split(".")]
        for wanted in (r"\s*\.\s*".join(parts), parts[0]):
            starts = re.compile(rf"\s*{wanted}\s*[.=]")
            at = next((at for at, line in enumerate(self.text) if starts.match(line)), None)
            if at is not None:
                return self.line + at
        return self.line


def places_of(text: str, entries: Mapping[str, int]) -> dict[str, tuple[Place | None, ...]]:
    """Return the place of every entry, by kind; None for all of a kind whose lines cannot be told.

    Args:
        text: the file.
        entries: how many entries of each kind the file holds.
    """
    lines = text.split("\n")
    heads = [(at, found["kind"]) for at, line in enumerate(lines) if (found := _HEADER.match(line))]
    ends = [*(at for at, _ in heads), len(lines)][1:]
    found_places: dict[str, list[Place]] = {kind: [] for kind in entries}
    for (at, kind), end in zip(heads, ends, strict=True):
        if kind in found_places:
            found_places[kind].append(Place(at + 1, tuple(lines[at:end])))
    return {
        # a text of several lines may hold what looks like an entry: then no line is told rather than a wrong one
        kind: tuple(found_places[kind]) if len(found_places[kind]) == count else (None,) * count
        for kind, count in entries.items()
    }
