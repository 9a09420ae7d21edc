"""The two lists of a bundle's files: one for ``sha256sum -c``, one for programs."""

import json
import platform
import re
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version

from pve_backup_report import __version__

FORMAT = "pve-backup-report-bundle/1"
SUMS, MANIFEST = "MANIFEST.sha256", "manifest.json"
TAPE, REPORT, SETTINGS = "tape.json.gz", "report.json", "settings.json"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_PACKAGE = "pve-backup-report"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def with_lists(files: Mapping[str, bytes], facts: Mapping[str, object]) -> dict[str, bytes]:
    """Return the files with both lists of them.

    Args:
        files: by name.
        facts: what else the list for programs tells.
    """
    listed = [
        {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    ]
    body = {"format": FORMAT, **facts, "versions": versions(), "files": listed}
    whole = {**files, MANIFEST: json_bytes(body)}
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(whole.items()))
    return {**whole, SUMS: sums.encode()}


def read_sums(content: bytes) -> dict[str, str]:
    """Return the sums by name.

    Raises:
        ValueError: when a line is none, or a name stands twice.
    """
    sums: dict[str, str] = {}
    for line in content.decode("utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if found is None or found[2] in sums:
            raise ValueError(line)
        sums[found[2]] = found[1]
    return sums


def json_bytes(data: object) -> bytes:
    """Return plain values as JSON; the same values give the same bytes."""
    return (json.dumps(data, indent=1, sort_keys=True) + "\n").encode("ascii")


def versions() -> dict[str, object]:
    """Return the versions of the program, of Python, and of the libraries that it uses."""
    return {"tool": __version__, "python": platform.python_version(), "libraries": dict(_libraries())}


def _libraries() -> list[tuple[str, str]]:
    try:
        needed = requires(_PACKAGE) or []
    except PackageNotFoundError:  # run from its sources alone
        return []
    found = []
    for line in needed:
        name = _NAME.match(line)
        if name is None or "extra ==" in line:
            continue
        try:
            found.append((name[0], version(name[0])))
        except PackageNotFoundError:
            continue
    return sorted(found)
