"""Whether all the entries of a list are surely as Proxmox promises, told at one go.

Lists of backups and tasks hold tens of thousands of entries, of which hardly ever one is wrong. What fits here, fits
``entries`` as well; what does not is for ``entries`` to decide, since Perl may also write a number as text.
"""

from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from pve_backup_report.endpoints.entry import Entry, Holds
from pve_backup_report.normalize.reading import LARGEST_NUMBER, LATEST

LARGEST_VMID = 999_999_999


class _File(msgspec.Struct, gc=False):
    filename: str


class _Volume(msgspec.Struct, gc=False):
    id: Annotated[str, msgspec.Meta(pattern=":.")]
    name: str = ""
    included: bool | Annotated[int, msgspec.Meta(ge=0, le=1)] = False


class _Verification(msgspec.Struct, gc=False):
    state: Annotated[str, msgspec.Meta(min_length=1)]


_TYPES: dict[Holds, Any] = {
    Holds.NAME: Annotated[str, msgspec.Meta(min_length=1)],
    Holds.STRING: str,
    Holds.TEXT: str | int,
    Holds.NUMBER: Annotated[int, msgspec.Meta(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)],
    Holds.SIZE: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NUMBER)],
    Holds.VMID: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_VMID)],
    Holds.TIME: Annotated[int, msgspec.Meta(ge=0, le=LATEST)],
    Holds.FLAG: bool | Annotated[int, msgspec.Meta(ge=0, le=1)],
    Holds.WORDS: Annotated[str, msgspec.Meta(pattern=r"[^\s,;]")],
    Holds.VMIDS: Annotated[str, msgspec.Meta(pattern=r"[^\s,;]")],
    Holds.ONLY_VMIDS: Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9]{1,9}(?:,[0-9]{1,9})*)?$")],
    Holds.OPTIONS: str | int,
    Holds.FILES: list[_File],
    Holds.VOLUMES: list[_Volume],
    Holds.VERIFICATION: _Verification,
    Holds.BACKUP_TYPE: Literal["vm", "ct", "host"],
}


def surely_fit(listed: list[object], entry: Entry) -> bool:
    """Tell whether every entry of a list is surely as it should be; False where that is to be looked at.

    Args:
        listed: as it came.
        entry: what one of them looks like.
    """
    try:
        msgspec.convert(listed, _list_of(entry))
    except (msgspec.ValidationError, RecursionError, UnicodeEncodeError):  # the last: half a character
        return False
    return True


@cache
def _list_of(entry: Entry) -> Any:  # noqa: ANN401 -- a type
    fields: list[Any] = []
    for at, holds in enumerate(entry.must.values()):
        fields.append((f"must{at}", _TYPES[holds]))
    for at, (name, holds) in enumerate(entry.may.items()):
        fields.append((f"may{at}", _TYPES[holds] | None if entry.may_be_null(name) else _TYPES[holds], None))
    names = dict(zip((field[0] for field in fields), (*entry.must, *entry.may), strict=True))
    return list[msgspec.defstruct("_Entry", fields, rename=names, gc=False)]  # type: ignore[misc]  # made as it runs
