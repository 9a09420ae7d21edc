"""The register of restore tests that people keep, in TOML."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from pve_backup_report.errors import SettingsError
from pve_backup_report.model.restore import Restore

_RESULTS = {"ok": True, "failed": False}


def read_register(path: Path) -> tuple[Restore, ...]:
    """Return the restores of a register, newest first.

    It is a list of ``[[restore]]``, each with ``date``, ``guest``, ``result`` (``ok`` or ``failed``), and, as it suits,
    ``who`` and ``note``.

    Args:
        path: the file.

    Raises:
        SettingsError: with every mistake in it, or because it cannot be read.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError((f"REPORT_RESTORE_TESTS {path}: {error.strerror or 'cannot be read'}.",)) from None
    except RecursionError:
        raise SettingsError((f"REPORT_RESTORE_TESTS {path}: this is no register: it is nested too deep.",)) from None
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise SettingsError((f"REPORT_RESTORE_TESTS {path}: this is no TOML: {error}.",)) from None
    listed = told.get("restore", [])
    mistakes: list[str] = []
    found: list[Restore] = []
    for number, entry in enumerate(listed if isinstance(listed, list) else [None], 1):
        read = _restore(entry)
        if isinstance(read, Restore):
            found.append(read)
        else:
            mistakes.append(f"REPORT_RESTORE_TESTS {path}: [[restore]] number {number} {read}.")
    if mistakes:
        raise SettingsError(tuple(mistakes))
    return tuple(sorted(found, key=lambda restore: (-restore.at, restore.vmid)))


def _restore(entry: object) -> Restore | str:
    """Return one restore, or what is wrong with it."""
    if not isinstance(entry, Mapping):
        return "is no table: write date, guest and result below it"
    day, guest, result = entry.get("date"), entry.get("guest"), entry.get("result")
    if not isinstance(day, date):
        return "has no date such as 2026-03-01, without quotes"
    if not isinstance(guest, int) or isinstance(guest, bool):
        return "has no guest: give its vmid, a number"
    if not isinstance(result, str) or result not in _RESULTS:
        return 'has no result: write "ok" or "failed"'
    at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return Restore(guest, at, _RESULTS[result], _text(entry.get("who")), _text(entry.get("note")), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
