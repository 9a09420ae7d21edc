"""Reading loose JSON: Perl sends numbers as strings, ``""`` for false, and leaves out what it does not know."""

from collections.abc import Iterator, Mapping

from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.gap import Gap, GapKind

Row = Mapping[str, object]

_MAX_DIGITS = 18
LATEST = 2**34
"""The latest epoch that is taken for a time, in the year 2514; what is later, or before 1970, is a mistake."""
LARGEST_NUMBER = 10**_MAX_DIGITS - 1
"""No size, count or time of Proxmox comes near; floats, databases and sheets can hold less."""


def text(value: object) -> str | None:
    """Return the value as text, or None when there is none; numbers become their digits."""
    if type(value) is str:  # as nearly all are, and there are many
        return value or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float):
        return str(int(value) if isinstance(value, float) and value.is_integer() else value)
    return None


def number(value: object) -> int | None:
    """Return the value as a whole number, or None when it is none, or one of more than 18 digits."""
    if type(value) is int:  # as nearly all are, and there are many
        return value if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else None
    if isinstance(value, int):  # bool too
        return int(value) if abs(value) <= LARGEST_NUMBER else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= LARGEST_NUMBER else None
    if isinstance(value, str):
        digits = value.strip()
        if len(digits) <= _MAX_DIGITS and digits.isascii() and digits.removeprefix("-").isdigit():
            return int(digits)
    return None


def moment(value: object) -> int | None:
    """Return the value as an epoch, or None when it is no time that a calendar of ours could hold."""
    if type(value) is int:  # as nearly all are, and there are many
        return value if 0 <= value <= LATEST else None
    at = None if isinstance(value, bool) else number(value)
    return at if at is not None and 0 <= at <= LATEST else None


def flag(value: object, *, default: bool = False) -> bool:
    """Return a Proxmox boolean; ``default`` when the key is missing or null.

    Perl's false arrives as ``0``, ``"0"`` or ``""``; property strings also hold yes, no, on, off, true, false
    (pve-common PVE/JSONSchema.pm ``parse_boolean``).
    """
    if value is None:
        return default
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "no", "off", "false")
    return bool(value)


def items(data: object) -> Iterator[Row]:
    """Yield the objects of a list, skipping whatever else is in it."""
    if isinstance(data, list):
        for item in data:
            if isinstance(item, dict):  # as the parser makes them; to ask for a Mapping takes several times as long
                yield item


def words(value: object) -> tuple[str, ...]:
    """Split a Proxmox list on commas, semicolons and white space (pve-common PVE/Tools.pm ``split_list``)."""
    if isinstance(value, list):
        return tuple(word for item in value for word in words(item))
    as_text = text(value)
    if as_text is None:
        return ()
    return tuple(as_text.replace(",", " ").replace(";", " ").replace("\0", " ").split())


def properties(value: object) -> dict[str, str]:
    """Read a property string (``a=1,b=2``) or the object that newer versions send in its place."""
    if isinstance(value, Mapping):
        pairs = ((str(key), text(item)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not None}
    as_text = text(value)
    if as_text is None:
        return {}
    return {
        key.strip(): item.strip()
        for key, equals, item in (part.partition("=") for part in as_text.split(","))
        if equals
    }


def rows(answer: Answer | None) -> list[Row] | None:
    """Return the objects of a list answer; None when it is missing, failed, or no list."""
    if answer is None or not answer.ok or not isinstance(answer.data, list):
        return None
    return list(items(answer.data))


def missing(endpoint: Endpoint, answer: Answer | None, **values: str | int) -> Gap | None:
    """Return the gap that an absent or failed answer leaves; None when there was an answer of the right shape.

    Args:
        endpoint: what was asked.
        answer: what came back; None when it was not asked.
        values: the fields of the endpoint's templates.
    """
    if answer is not None and answer.ok:
        return None
    path = endpoint.ask(**values).partition("?")[0]
    if answer is None:
        return Gap(path, GapKind.NOT_ASKED, "", endpoint.needs(**values), endpoint.blinds)
    if answer.kind is AnswerKind.NOT_ASKED:
        return Gap(path, GapKind.NOT_ASKED, answer.error or "", None, endpoint.blinds)
    refused = answer.kind in (AnswerKind.REFUSED, AnswerKind.AUTHENTICATION)
    return Gap(
        path,
        GapKind.REFUSED if refused else GapKind.FAILED,
        answer.error or str(answer.kind),
        endpoint.needs(**values) if refused else None,
        endpoint.blinds,
    )


def unusable(endpoint: Endpoint, detail: str, **values: str | int) -> Gap:
    """Return the gap left by an answer that is not in the shape Proxmox promises."""
    return Gap(endpoint.ask(**values).partition("?")[0], GapKind.UNUSABLE, detail, None, endpoint.blinds)
