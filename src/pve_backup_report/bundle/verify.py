"""Whether a bundle is whole, holds nothing else, and its report is the one that its tape gives.

A bundle may be from anybody: nothing of it is written to disk, and nothing is unpacked beyond a limit.
"""

import json
import os
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from pve_backup_report import __version__
from pve_backup_report.bundle.manifest import FORMAT, MANIFEST, REPORT, SUMS, TAPE, read_sums
from pve_backup_report.bundle.wishes_data import read_wishes
from pve_backup_report.collect.strict_json import parse_json
from pve_backup_report.collect.tape_file import parse_tape, parse_tape_text, unpacked
from pve_backup_report.errors import SettingsError
from pve_backup_report.model.bundle_check import BundleCheck, BundleFinding
from pve_backup_report.model.tape import Tape
from pve_backup_report.model.wishes import Wishes

Report = Callable[[Tape, Wishes, str], str]
"""Makes the JSON report of a tape, in a language."""

_MOST_ENTRIES = 500
_LARGEST = 1024**3  # bytes, unpacked: one file, and all together
_PIECE = 1024**2
_LONGEST_LIST = 1024**2  # bytes of the list at the end of a zip; one of ours takes some kilobytes
_END, _END_BYTES, _LONGEST_END = b"PK\x05\x06", 22, 22 + 65_535  # the record at the very end, and a comment after it
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError)
# A tape of anybody can be wrong in ways that no reader foresees: whatever it raises, the answer is that it is no tape.
_NO_TAPE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError, zlib.error)


class _Unusable(Exception):  # noqa: N818 -- carries the finding that ends the look
    def __init__(self, finding: BundleFinding) -> None:
        super().__init__()
        self.finding = finding


def verify_bundle(path: Path, report: Report) -> tuple[BundleFinding, ...]:
    """Look at a bundle; what cannot be looked at because of a fault before is left out.

    Args:
        path: of the zip.
        report: makes a report anew.

    Raises:
        SettingsError: the file cannot be read, or is no zip.
    """
    found: list[BundleFinding] = []
    try:
        if _is_crowded(path):
            return (BundleFinding(BundleCheck.ENTRIES, ok=False, names=(path.name,)),)
        with zipfile.ZipFile(path) as archive:
            found.append(_entries(archive))
            contents = _contents(archive)
            found.append(BundleFinding(BundleCheck.SIZES, ok=True))
    except _Unusable as stop:
        return (*found, stop.finding)
    except _BROKEN as error:
        told = getattr(error, "strerror", None) or "it is no zip file, or a damaged one"
        raise SettingsError((f"--verify-bundle {path}: {told}. Name a file that --bundle wrote.",)) from None
    try:
        sums = _lists(contents)
    except _Unusable as stop:
        return (*found, stop.finding)
    found += [BundleFinding(BundleCheck.MANIFEST, ok=True), *_files(contents, sums)]
    if all(finding.ok for finding in found):
        found += _agreement(contents, report)
    return tuple(found)


def _is_crowded(path: Path) -> bool:
    """Tell whether the list at the end of a zip is so long that reading it alone would fill the memory."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LONGEST_END))
        end = file.read()
    at = end.rfind(_END)
    if at < 0:
        return False  # no zip at all, as whoever opens it will say
    tail = end[at : at + _END_BYTES]
    is_large = end[at - _LOCATOR_BYTES : at].startswith(_LOCATOR)  # a list of more than 4 GiB, says another record
    return is_large or _LONGEST_LIST < int.from_bytes(tail[12:16], "little") <= size


def _entries(archive: zipfile.ZipFile) -> BundleFinding:
    entries = archive.infolist()
    twins = Counter(_folded(entry.filename) for entry in entries)
    bad = [entry.filename for entry in entries if twins[_folded(entry.filename)] > 1 or not _is_plain(entry)]
    if bad or len(entries) > _MOST_ENTRIES:
        raise _Unusable(BundleFinding(BundleCheck.ENTRIES, ok=False, names=tuple(bad) or (f"{len(entries)}",)))
    return BundleFinding(BundleCheck.ENTRIES, ok=True, count=len(entries))


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file below the folder that it would be unpacked to, on any system."""
    name, path = entry.orig_filename, PurePosixPath(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    safe = name == entry.filename and str(path) == name and not path.is_absolute() and ".." not in path.parts
    return (
        safe
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
        and kind in (0, stat.S_IFREG)
        and not entry.flag_bits & _ENCRYPTED
        and entry.compress_type in _METHODS
    )


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Unpack everything into memory, up to a limit; what an entry says of its own size is not believed."""
    left = _LARGEST
    contents = {}
    for entry in archive.infolist():
        pieces = []
        try:
            with archive.open(entry) as file:
                while left >= 0 and (piece := file.read(min(_PIECE, left + 1))):
                    left -= len(piece)
                    pieces.append(piece)
        except _BROKEN:
            raise _Unusable(BundleFinding(BundleCheck.SIZES, ok=False, names=(entry.filename,))) from None
        if left < 0:
            raise _Unusable(BundleFinding(BundleCheck.SIZES, ok=False, names=(entry.filename,)))
        contents[entry.filename] = b"".join(pieces)
    return contents


def _lists(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Return the sums of the files, if both lists agree."""
    for name in (SUMS, MANIFEST):
        if name not in contents:
            raise _Unusable(BundleFinding(BundleCheck.MANIFEST, ok=False, names=(name,)))
    try:
        sums = read_sums(contents[SUMS])
        body: Any = parse_json(contents[MANIFEST])
        listed = {str(row["name"]): (str(row["sha256"]), int(row["size"])) for row in body["files"]}
        whole = body["format"] == FORMAT and len(listed) == len(body["files"])
    except _NO_TAPE:
        raise _Unusable(BundleFinding(BundleCheck.MANIFEST, ok=False, names=(SUMS, MANIFEST))) from None
    expected = {name: digest for name, digest in sums.items() if name != MANIFEST}
    if not whole or SUMS in sums or expected != {name: digest for name, (digest, _) in listed.items()}:
        raise _Unusable(BundleFinding(BundleCheck.MANIFEST, ok=False, names=(SUMS, MANIFEST)))
    return sums


def _files(contents: Mapping[str, bytes], sums: Mapping[str, str]) -> list[BundleFinding]:
    missing = tuple(sorted(sums.keys() - contents.keys()))
    extra = tuple(sorted(contents.keys() - sums.keys() - {SUMS}))
    there = sorted(sums.keys() & contents.keys())
    changed = tuple(name for name in there if sha256(contents[name]).hexdigest() != sums[name])
    return [
        BundleFinding(BundleCheck.MISSING, ok=not missing, names=missing),
        BundleFinding(BundleCheck.EXTRA, ok=not extra, names=extra),
        BundleFinding(BundleCheck.HASHES, ok=not changed, names=changed, count=len(there)),
    ]


def _agreement(contents: Mapping[str, bytes], report: Report) -> list[BundleFinding]:
    body: Any = parse_json(contents[MANIFEST])
    absent = tuple(name for name in (TAPE, REPORT) if name not in contents)
    if absent:
        return [BundleFinding(BundleCheck.MISSING, ok=False, names=absent)]
    try:
        tape = _tape(contents[TAPE])
        wishes, language, wrote = read_wishes(body["wishes"]), str(body["language"]), str(body["versions"]["tool"])
    except _NO_TAPE as error:
        return [BundleFinding(BundleCheck.TAPE, ok=False, names=(type(error).__name__,))]
    readable = BundleFinding(BundleCheck.TAPE, ok=True)
    if wrote != __version__:
        return [readable, BundleFinding(BundleCheck.REPORT, ok=None, version=wrote)]
    try:
        again = report(tape, wishes, language)
    except _NO_TAPE as error:
        return [BundleFinding(BundleCheck.TAPE, ok=False, names=(type(error).__name__,))]
    same = again.encode() == contents[REPORT]
    differing = () if same else _differing(again, contents[REPORT])
    return [readable, BundleFinding(BundleCheck.REPORT, ok=same, names=differing)]


def _differing(again: str, kept: bytes) -> tuple[str, ...]:
    """Return the parts of the report that differ."""
    try:
        new, old = json.loads(again), json.loads(kept)
    except (ValueError, RecursionError):
        return (REPORT,)
    if not isinstance(new, dict) or not isinstance(old, dict):
        return (REPORT,)
    nothing = object()
    parts = sorted(key for key in new.keys() | old.keys() if new.get(key, nothing) != old.get(key, nothing))
    return tuple(parts) or (REPORT,)


def _tape(packed: bytes) -> Tape:
    return parse_tape(parse_tape_text(unpacked(packed)))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
