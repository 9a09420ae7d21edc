"""The command line of a vzdump job, as its log repeats it (pve-guest-common PVE/VZDump/Common.pm ``command_line``)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Quoted as Perl's String::ShellQuote does it; a quote that is never closed stands for itself.
_PIECE = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)|([^\s'\"\\]+)|(\s+)|(.)", re.DOTALL)
_KEY = re.compile(r"--([a-z][a-z-]*)")
_VMID = re.compile(r"0*([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Command:
    """What a job was asked to do.

    Attributes:
        vmids: the ids named, in their order, repeated as they are.
        every: each named id could be read, so no other guest was asked for by id.
        options: pairs without dashes, in their order; the value is empty when none follows.
    """

    vmids: tuple[int, ...]
    every: bool
    options: tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)  # a job writes the same line night after night, on every node
def read_command(text: str) -> Command:
    """Return what stands behind ``vzdump`` in a job's first line."""
    vmids: list[int] = []
    every = True
    options: list[tuple[str, str]] = []
    key: str | None = None
    for word, plain in _words(text):
        found = _KEY.fullmatch(word) if plain else None
        if found:
            if key is not None:
                options.append((key, ""))
            key = found[1]
        elif key is not None:
            options.append((key, word))
            key = None
        elif not options:
            vmid = _VMID.fullmatch(word)
            if vmid:
                vmids.append(int(vmid[1]))
            every = every and vmid is not None
    if key is not None:
        options.append((key, ""))
    return Command(tuple(vmids), every, tuple(options))


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each word without its quotes, and whether it had none."""
    parts: list[str] = []
    plain = True
    for piece in _PIECE.finditer(text):
        if piece[5] is not None:
            if parts:
                yield "".join(parts), plain
            parts, plain = [], True
            continue
        plain = plain and piece[4] is not None
        parts.append(next(group for group in piece.groups() if group is not None))
    if parts:
        yield "".join(parts), plain
