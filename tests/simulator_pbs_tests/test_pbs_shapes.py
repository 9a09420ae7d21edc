"""The simulated backup server's answers have the fields and the types of its documented API."""

import json
import re
from typing import Any

import pytest

from simulator import random_world
from simulator_pbs import PRESETS, PbsApi, PbsWorld, random_pbs
from simulator_pbs_tests.small_pbs import small_pbs
from simulator_tests.shared_facts import needs_shared, read_json

pytestmark = needs_shared

_PYTHON: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "number": float,
}
_UNDOCUMENTED = {"/access/users", "/access/acl", "/access/roles"}
# The schema calls the files of a snapshot names, where the server tells the size and the encryption of each.
_MORE_THAN_NAMES = "/admin/datastore/{store}/snapshots"


@pytest.fixture(scope="module", name="schema")
def _schema() -> dict[str, Any]:
    return dict(read_json("reference/endpoints-pbs.json"))


def _shape_of(schema: dict[str, Any], path: str) -> str:
    parts = path.split("/")
    for shape in schema:
        wanted = shape.split("/")
        if len(wanted) == len(parts) and all(
            want.startswith("{") or want == got for want, got in zip(wanted, parts, strict=True)
        ):
            return shape
    raise AssertionError(f"not in the schema: {path}")


def _check(value: Any, schema: dict[str, Any], where: str) -> None:  # noqa: ANN401 - any JSON
    kind = schema["type"]
    assert isinstance(value, _PYTHON[kind]), (where, value)
    assert isinstance(value, bool) is (kind == "boolean"), (where, value)
    if "enum" in schema:
        assert value in schema["enum"], where
    if "pattern" in schema and "[:" not in schema["pattern"]:
        assert re.fullmatch(schema["pattern"].strip("/"), value), (where, value)
    if "minimum" in schema:
        assert value >= schema["minimum"], where
    if kind == "array":
        for item in value:
            _check(item, schema["items"], where)
    if kind == "object":
        known = schema["properties"]
        if not schema.get("additionalProperties"):
            assert value.keys() <= known.keys(), (where, value.keys() - known.keys())
        assert {key for key, field in known.items() if not field.get("optional")} <= value.keys(), (where, value)
        for key, item in value.items():
            if key in known:
                _check(item, known[key], f"{where} {key}")


def _check_all(world: PbsWorld, token: str, schema: dict[str, Any]) -> set[str]:
    checked: set[str] = set()
    for asked, answer in PbsApi(world, PRESETS[token]).all_answers().items():
        path, _, query = asked.partition("?")
        if path in _UNDOCUMENTED:
            continue
        shape = _shape_of(schema, path)
        assert {pair.partition("=")[0] for pair in query.split("&") if pair} <= schema[shape]["params"][
            "properties"
        ].keys()
        if answer.status != 200 or schema[shape]["returns"]["type"] == "null":
            continue
        data = json.loads(answer.body)["data"]
        if shape == _MORE_THAN_NAMES:
            files = [file for row in data for file in row["files"]]
            assert all(file.keys() <= {"filename", "size", "crypt-mode"} for file in files)
            data = [row | {"files": [file["filename"] for file in row["files"]]} for row in data]
        _check(data, schema[shape]["returns"], shape)
        checked.add(shape)
    return checked


@pytest.mark.parametrize("token", PRESETS)
def test_answers_have_the_documented_fields_and_types(schema: dict[str, Any], token: str) -> None:
    checked = _check_all(small_pbs(), token, schema)
    assert len(checked) > 8
    if token == "root_full":
        asked = {path for path in schema if schema[path] and path.startswith(("/admin/datastore/{store}/", "/config/"))}
        assert asked - checked == {f"/admin/datastore/{{store}}/{leaf}" for leaf in ("protected", "notes")}


@pytest.mark.parametrize("seed", range(6))
def test_so_have_those_of_servers_made_by_chance(schema: dict[str, Any], seed: int) -> None:
    world = random_pbs(seed, random_world(seed))
    if world.numbers >= (4, 1):  # older versions lack what the schema demands
        assert _check_all(world, "auditor_with_remote", schema)
