"""Labels: what tells the clusters of a fleet from each other, for people and as names of folders."""

import re
from collections.abc import Iterable, Sequence

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 60


def labels_of(named: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return a label for each thing: its own name, with that of its folder before it where two have the same.

    Args:
        named: pairs of folder and name; untrusted texts.
    """
    plain = [name or folder for folder, name in named]
    folded = [label.casefold() for label in plain]
    return _apart(
        f"{folder}-{name}" if name and folded.count(label.casefold()) > 1 else label
        for (folder, name), label in zip(named, plain, strict=True)
    )


def folders_of(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the name of a folder for each label; no two are the same, not even where case does not count.

    Args:
        labels: untrusted texts.
    """
    return _apart(_UNSAFE.sub("-", label).strip(".-")[:_LONGEST].strip(".-") or "cluster" for label in labels)


def _apart(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names, with a number behind each that was there before."""
    taken: set[str] = set()
    found: list[str] = []
    for name in names:
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{name}-{number}"
        taken.add(unique.casefold())
        found.append(unique)
    return tuple(found)
