"""Ask pip-audit for known holes in what the program brings along: ``.venv/bin/python tools/audit_packages.py``.

pip-audit itself calls it a success when its database could not be asked. Here that is said, and is no failure: only a
hole for which there is a version without it is one.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from make_sbom import PROGRAM, extras_of_users, tree

_PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of the packages.

    Attributes:
        looked_at: how many were.
        skipped: names of those that were not.
        mended: a line for each hole that a newer version does not have.
        open: a line for each other one.
    """

    looked_at: int
    skipped: tuple[str, ...]
    mended: tuple[str, ...]
    open: tuple[str, ...]


def audit_of(told: Mapping[str, Iterable[Mapping[str, object]]]) -> Audit:
    """Read pip-audit's JSON.

    Args:
        told: its answer.
    """
    looked_at, skipped, mended, left = 0, list[str](), list[str](), list[str]()
    for package in told["dependencies"]:
        if "skip_reason" in package:
            skipped.append(str(package["name"]))
            continue
        looked_at += 1
        for hole in package["vulns"]:  # type: ignore[attr-defined] # pip-audit's own shape
            line = f"{package['name']} {package['version']}: {hole['id']}"
            if hole["fix_versions"]:
                mended.append(f"{line}, mended in {', '.join(hole['fix_versions'])}")
            else:
                left.append(f"{line}, not mended yet")
    return Audit(looked_at, tuple(skipped), tuple(mended), tuple(left))


def told_of(audit: Audit) -> Iterable[str]:
    """Yield the lines that a reader sees."""
    if audit.skipped and not audit.looked_at:
        yield f"The database of known holes could not be asked: none of {len(audit.skipped)} packages was looked at."
        return
    yield f"Packages looked at for known holes: {audit.looked_at}."
    if audit.skipped:
        yield f"Not looked at: {', '.join(audit.skipped)}."
    yield from (*audit.mended, *audit.open)


def main() -> int:
    """Return 1 when there is a hole that a newer version does not have."""
    names = sorted(set(tree(extras_of_users())) - {PROGRAM})
    pinned = "".join(f"{name}=={distribution(name).version}\n" for name in names)
    with tempfile.TemporaryDirectory() as folder:
        listed, answer = Path(folder, "requirements.txt"), Path(folder, "answer.json")
        listed.write_text(pinned, encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "--progress-spinner=off", "--no-deps", "--disable-pip"]
        command += ["--timeout=10", "-f=json", f"-o={answer}", f"-r={listed}"]
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_S)  # noqa: S603 -- pip-audit
            audit = audit_of(json.loads(answer.read_text(encoding="utf-8")))
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            print(f"The database of known holes could not be asked: {type(error).__name__}.")  # noqa: T201 -- the result
            return 0
    for line in told_of(audit):
        print(line)  # noqa: T201 -- the result
    return 1 if audit.mended else 0


if __name__ == "__main__":
    sys.exit(main())
