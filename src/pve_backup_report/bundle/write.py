"""A bundle on disk: a zip that is the same, byte for byte, for the same tape, reports and settings."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pve_backup_report.bundle.manifest import with_lists
from pve_backup_report.deliver.files import write_file

_FIRST = datetime(1980, 1, 1, tzinfo=UTC)  # the earliest that a zip can tell
_LAST = datetime(2107, 12, 31, tzinfo=UTC)
_PLAIN_FILE = 0o100600
_UNIX = 3


def write_bundle(path: Path, files: Mapping[str, bytes], facts: Mapping[str, object], at: int) -> None:
    """Write a bundle whole or not at all.

    Args:
        path: of the zip.
        files: what is in it, by name, without the lists.
        facts: what the list for programs tells besides.
        at: epoch of the tape, the date of everything in the zip.

    Raises:
        OutputError: when it cannot be written.
    """
    write_file(path, zip_bytes(with_lists(files, facts), at), "--bundle")


def zip_bytes(files: Mapping[str, bytes], at: int) -> bytes:
    """Return a zip of the files, in the order of their names.

    Args:
        files: by name.
        at: epoch, their date.
    """
    when = min(max(datetime.fromtimestamp(at, UTC), _FIRST), _LAST)
    date = (when.year, when.month, when.day, when.hour, when.minute, when.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date)
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return out.getvalue()
