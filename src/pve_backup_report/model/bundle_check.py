"""What was looked at in a bundle, and what was found."""

from dataclasses import dataclass
from enum import StrEnum


class BundleCheck(StrEnum):
    """One thing that is looked at."""

    ENTRIES = "entries"  # names and kinds of what is in the zip
    SIZES = "sizes"
    MANIFEST = "manifest"
    MISSING = "missing"
    EXTRA = "extra"
    HASHES = "hashes"
    TAPE = "tape"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class BundleFinding:
    """The result of one check.

    Attributes:
        check: what was looked at.
        ok: it is as it should be; None when it could not be told.
        names: the files or parts concerned (untrusted).
        count: how many were looked at.
        version: of the program that wrote the bundle, where that matters.
    """

    check: BundleCheck
    ok: bool | None
    names: tuple[str, ...] = ()
    count: int = 0
    version: str = ""
