"""New names for old ones: the same name gets the same new one wherever it stands, and order by name stays."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from pve_backup_report.bundle.kinds import Kind

_ORDER = {kind: place for place, kind in enumerate(Kind)}
# Every Proxmox has these: they tell nothing, and mean something to the program.
_EVERYWHERE: Mapping[Kind, frozenset[str]] = {
    Kind.STORAGE: frozenset({"local", "local-lvm", "local-zfs"}),
    Kind.NODE: frozenset({"localhost"}),
    Kind.USER: frozenset({"root"}),
    Kind.REALM: frozenset({"pam", "pve", "pbs"}),
    Kind.SNAPSHOT: frozenset({"current"}),
    Kind.HOST: frozenset({"localhost", "127.0.0.1", "::1"}),
}
_MOST_PUBLIC = 254
_STYLES: tuple[Callable[[str], str], ...] = (str, str.capitalize, str.upper)


class Names:
    """The names of one tape.

    They are noted in a first pass over it, and given new ones in a second.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._new: dict[str, str] | None = None

    def of(self, kind: Kind, name: str) -> str:
        """Return the new name; in the first pass the old one, which is noted.

        Args:
            kind: whose it is.
            name: the old one.
        """
        if not name or name in _EVERYWHERE.get(kind, ()):
            return name
        if self._new is None:
            known = self._kinds.get(name, kind)
            self._kinds[name] = min(kind, known, key=_ORDER.__getitem__)
            return name
        if name not in self._new:  # not from the tape: a setting that names something else
            self._new[name] = f"{kind}-x{len(self._new)}"
        return self._new[name]

    def known(self, name: str) -> str | None:
        """Return the new name of one that was noted, whosever it is; None for any other."""
        return None if self._new is None else self._new.get(name)

    def settle(self) -> None:
        """End the first pass: choose the new names."""
        folded: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(self._kinds):
            folded[name.casefold()].append(name)
        by_kind: defaultdict[Kind, list[str]] = defaultdict(list)
        for key, names in sorted(folded.items()):
            by_kind[min((self._kinds[name] for name in names), key=_ORDER.__getitem__)].append(key)
        self._new = {}
        for kind, keys in by_kind.items():
            keys.sort(key=lambda key: f"{key}:")  # as in the ids of volumes, by which backups are sorted
            width = len(str(len(keys)))
            free = (new for number in range(1, 10**9) if (new := _new(kind, number, width)) not in folded)
            for key in keys:
                self._new.update(_styled(next(free), folded[key]))

    def free_text(self) -> Mapping[str, str]:
        """Return the new names by old ones, as far as they can stand in what a program or a person wrote."""
        kinds = self._kinds
        return {name: new for name, new in (self._new or {}).items() if kinds.get(name) is not Kind.NOTE}


def _new(kind: Kind, number: int, width: int) -> str:
    if kind is Kind.PUBLIC and number <= _MOST_PUBLIC:
        return f"192.88.99.{number}"
    return f"{kind}-{number:0{width}}"


def _styled(new: str, names: list[str]) -> dict[str, str]:
    """Return the new names of those that differ in upper and lower case alone: theirs do, too."""
    return {name: _STYLES[i](new) if i < len(_STYLES) else f"{new}-{i}" for i, name in enumerate(names)}
