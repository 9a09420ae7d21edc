"""The list of what the program is made of: whole, allowed by its schema, with licences, and the same each time."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from make_sbom import DEVELOPERS, PROGRAM, licence_of, plain, sbom

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def text() -> str:
    return sbom()


@pytest.fixture(scope="module")
def listed(text: str) -> dict[str, dict[str, Any]]:
    return {part["name"]: part for part in json.loads(text)["components"]}


def names(requirements: list[str]) -> set[str]:
    return {plain(re.split(r"[\[<>=]", text)[0]) for text in requirements}


def test_the_schema_of_cyclonedx_allows_it(text: str) -> None:
    data = json.loads(text)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert (data["bomFormat"], data["specVersion"]) == ("CycloneDX", "1.6")
    assert data["metadata"]["component"]["name"] == PROGRAM
    assert data["metadata"]["component"]["licenses"] == [{"license": {"id": "MIT"}}]


def test_what_the_program_asks_for_is_required_and_what_extras_ask_for_is_optional(
    listed: dict[str, dict[str, Any]],
) -> None:
    core = names(PROJECT["dependencies"])
    extras = {
        name
        for extra, needs in PROJECT["optional-dependencies"].items()
        if extra not in DEVELOPERS
        for name in names(needs)
    }
    assert {name for name in core if listed[name]["scope"] != "required"} == set()
    assert {name for name in extras - core if listed[name]["scope"] != "optional"} == set()


def test_what_these_ask_for_is_in_it_and_no_tool_of_developers_is(listed: dict[str, dict[str, Any]]) -> None:
    assert {"certifi", "idna", "markupsafe", "aiobotocore", "psycopg-binary", "pillow"} <= listed.keys()
    assert listed["certifi"]["scope"] == "required"
    assert listed.keys().isdisjoint({"pytest", "ruff", "mypy", "moto", "playwright", "pip", PROGRAM})


def test_each_part_has_a_version_a_name_for_indexes_and_a_licence(listed: dict[str, dict[str, Any]]) -> None:
    for name, part in listed.items():
        assert part["purl"] == f"pkg:pypi/{name}@{part['version']}"
        assert part["licenses"], name


def test_each_dependency_leads_to_a_part(text: str) -> None:
    data = json.loads(text)
    parts = {part["bom-ref"] for part in (data["metadata"]["component"], *data["components"])}
    edges = {edge["ref"]: edge.get("dependsOn", []) for edge in data["dependencies"]}
    assert edges.keys() == parts
    assert {needed for needs in edges.values() for needed in needs} <= parts
    program = data["metadata"]["component"]["bom-ref"]
    assert names([needed.partition("@")[0] for needed in edges[program]]) >= names(PROJECT["dependencies"])


def test_the_same_environment_gives_the_same_bytes(text: str) -> None:
    assert sbom() == text


def test_a_licence_is_what_the_makers_declare_and_no_guess() -> None:
    assert str(getattr(licence_of("requests"), "id", None)) == "Apache-2.0"
    assert str(getattr(licence_of("weasyprint"), "name", None)) == "BSD License"  # which one they do not say
