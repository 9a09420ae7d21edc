"""Write what the program is made of as a CycloneDX SBOM: ``.venv/bin/python tools/make_sbom.py``.

It lists what is installed in the environment that runs it, as far as the program or one of its extras asks for it,
with licences; tools for developers are left out. The same environment gives the same bytes.
"""

import os
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "pve-backup-report"
DEVELOPERS = ("bench", "dev")  # extras that are no part of the program
_CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def plain(name: str) -> str:
    """Return the name of a package as indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(name: str, extras: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return what an installed package asks for here, with the extras of each that it wants.

    Args:
        name: of the package.
        extras: of it that are wanted.
    """
    wanted: dict[str, frozenset[str]] = {}
    for text in distribution(name).requires or ():
        needed = Requirement(text)
        environments = [{"extra": extra} for extra in ("", *extras)]
        if needed.marker is None or any(needed.marker.evaluate(environment) for environment in environments):
            key = plain(needed.name)
            wanted[key] = wanted.get(key, frozenset()) | frozenset(needed.extras)
    return wanted


def tree(extras: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return every package that the program with these extras needs, each with those that it asks for itself.

    Raises:
        SystemExit: one of them is not installed.
    """
    found: dict[str, frozenset[str]] = {}
    seen: dict[str, frozenset[str]] = {}
    left = {PROGRAM: frozenset(extras)}
    while left:
        name, wanted = left.popitem()
        wanted |= seen.get(name, frozenset())
        if seen.get(name) == wanted:
            continue
        seen[name] = wanted
        try:
            needs = asked_for(name, wanted)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed: pip install -e '.[dev]'")
        needs.pop(PROGRAM, None)  # its extras are asked for by name
        found[name] = found.get(name, frozenset()) | frozenset(needs)
        for needed, more in needs.items():
            left[needed] = left.get(needed, frozenset()) | more
    return found


def licence_of(name: str) -> License | None:
    """Return the licence of an installed package as its makers declare it; None when they do not."""
    told = distribution(name).metadata
    classifiers = (text.split(" :: ") for text in told.get_all("Classifier") or ())
    named = [parts[-1] for parts in classifiers if parts[0] == "License" and parts[-1] != "OSI Approved"]
    lines = (*(told.get_all("License-Expression") or ()), *(told.get_all("License") or ()))
    said = next((line.strip().partition("\n")[0] for line in lines if line.strip()), None)
    said = said or "; ".join(_CLASSIFIED.get(text, text) for text in named)
    return LicenseFactory().make_from_string(said) if said else None


def extras_of_users() -> tuple[str, ...]:
    """Return the names of the extras that belong to the program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return tuple(extra for extra in project["optional-dependencies"] if extra not in DEVELOPERS)


def component(name: str, scope: ComponentScope | None, kind: ComponentType = ComponentType.LIBRARY) -> Component:
    """Return an installed package as a part of the list."""
    version, licence = distribution(name).version, licence_of(name)
    return Component(
        name=name,
        version=version,
        type=kind,
        scope=scope,
        purl=PackageURL("pypi", None, name, version),
        bom_ref=f"{name}@{version}",
        licenses=[] if licence is None else [licence],
    )


def sbom() -> str:
    """Return the list as JSON.

    Raises:
        SystemExit: a package is not installed, or the list is not what CycloneDX allows.
    """
    whole, core = tree(extras_of_users()), tree(())
    bom = Bom()
    parts: Mapping[str, Component] = {
        name: component(name, ComponentScope.REQUIRED if name in core else ComponentScope.OPTIONAL)
        for name in sorted(whole)
        if name != PROGRAM
    }
    program = component(PROGRAM, None, ComponentType.APPLICATION)
    bom.metadata.component = program
    bom.components.update(parts.values())
    for name, needs in sorted(whole.items()):
        bom.register_dependency(parts.get(name, program), [parts[needed] for needed in sorted(needs)])
    bom.metadata.timestamp = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    listed = " ".join(sorted(str(part.bom_ref) for part in (program, *parts.values())))
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, listed)
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        sys.exit(f"the list is not what CycloneDX allows: {str(wrong)[:200]}")
    return text + "\n"


if __name__ == "__main__":
    target = ROOT / "dist" / f"{PROGRAM}-{distribution(PROGRAM).version}.cdx.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(sbom(), encoding="utf-8")
    print(target.relative_to(ROOT))  # noqa: T201 -- where it is
