"""A key: the name of one setting, how its text is read, and what to give instead of a wrong one."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_type_hints

_ANY_NUMBER = "PBSnn_"
_LONGEST_SHOWN = 60


class WrongValueError(Exception):
    """The text of a setting cannot be used.

    Attributes:
        faults: what is wrong, each to be read after the name of the setting; never with a secret in it.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Key:
    """One row of the table of settings; it stands in the annotation of the field it fills.

    Attributes:
        name: the name in the environment; ``PBSnn_`` stands for ``PBS01_``, ``PBS02_`` and so on.
        kind: turns the text into the value; raises ``WrongValueError``.
        give: what a right value is, to be read after "give".
        secret: never shown, and may come from a file named by ``NAME_FILE``.
        lines: the text may have several lines.
    """

    name: str
    kind: Callable[[str], object]
    give: str
    secret: bool = False
    lines: bool = False

    @property
    def numbered(self) -> bool:
        """Whether there is one for each PBS server."""
        return self.name.startswith(_ANY_NUMBER)

    def named(self, number: str) -> str:
        """Return the name, with a PBS server's number (such as ``01``) in its place."""
        return self.name.replace(_ANY_NUMBER, f"PBS{number}_")


def keys_of(group: type) -> dict[str, Key]:
    """Return the key of each field of a group of settings, by the field's name, in order."""
    hints = get_type_hints(group, include_extras=True)
    return {
        field: extra
        for field, hint in hints.items()
        for extra in getattr(hint, "__metadata__", ())
        if isinstance(extra, Key)
    }


def required_in(group: type[Any]) -> tuple[str, ...]:
    """Return the names of the fields that have a key and no default."""
    keys = keys_of(group)
    return tuple(field.name for field in fields(group) if field.name in keys and field.default is MISSING)


def shown(text: str) -> str:
    """Return a text in quotes, escaped and cut to a bearable length, to be told in a message."""
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
