"""A secret: a text that shows itself only when asked by name."""

from typing import NoReturn

from pve_backup_report.hidden import know

_MASK = "********"


class Secret:
    """A token secret or a password.

    No dataclass on purpose: ``dataclasses.asdict`` would take it apart. It can be copied (it is the same secret), but
    not pickled.
    """

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        know(self)

    def reveal(self) -> str:
        """Return the text itself; for the one line that sends it."""
        return self._text

    def __repr__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled")
