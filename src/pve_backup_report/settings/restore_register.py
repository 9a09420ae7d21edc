"""The register of restore tests that people keep, in TOML."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from pve_backup_report.model.restore import Restore

_RESULTS = {"ok": True, "failed": False}


def read_register(path: Path) -> tuple[tuple[Restore, ...], tuple[str, ...]]:
    """Return the restores of a register, newest first, and what is wrong with it: every mistake, each one sentence.

    It is a list of ``[[restore]]``, each with ``date``, ``guest``, ``result`` (``ok`` or ``failed``), and, as it suits,
    ``who`` and ``note``.

    Args:
        path: the file.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return (), (f"{error.strerror or 'cannot be read'}; give the path of a TOML file.",)
    except RecursionError:
        return (), ("this is no register: it is nested too deep.",)
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        return (), (f"this is no TOML: {error}.",)
    listed = told.get("restore", [])
    mistakes: list[str] = []
    found: list[Restore] = []
    for number, entry in enumerate(listed if isinstance(listed, list) else [None], 1):
        read = _restore(entry)
        if isinstance(read, Restore):
            found.append(read)
        else:
            mistakes.append(f"[[restore]] number {number} {read}.")
    return tuple(sorted(found, key=lambda restore: (-restore.at, restore.vmid))), tuple(mistakes)


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
