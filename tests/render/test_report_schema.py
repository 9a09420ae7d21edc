"""The published JSON Schema: every report keeps it, and one that does not is refused."""

import copy
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pve_backup_report.model.day import DayState
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.guest import VolumeWhy
from pve_backup_report.model.job import Selection
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import Freshness, Reason, Verdict
from pve_backup_report.render.language import load_language
from pve_backup_report.render.report_data import SCHEMA, report_data
from pve_backup_report.render.schema import schema_text
from pve_backup_report.render.words import FINDINGS, SOURCES
from render.stories import STORIES

GOLDEN = sorted(
    path for path in (Path(__file__).parent / "golden").rglob("*.json") if not path.name.startswith("fleet-")
)
CHOSEN_BY_HAND = {"hostile"}  # a story whose codes are hostile too, as no program could make them


@cache
def schema() -> Any:  # noqa: ANN401 -- JSON values
    return json.loads(schema_text())


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )  # fmt: skip


def faults(report: object) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator().iter_errors(report)]


def objects(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield part
        for inner in part.values():
            yield from objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from objects(inner)


def report() -> Any:  # noqa: ANN401 -- JSON values
    return json.loads(json.dumps(report_data(STORIES["many-faults"](), load_language("en"))))


def test_it_is_a_schema_of_draft_2020_12_that_needs_no_network() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema()["$id"] == "urn:pve-backup-report:report:1"
    assert schema()["properties"]["schema"] == {"const": SCHEMA}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_golden_report_keeps_it(path: Path) -> None:
    assert faults(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("story", sorted(STORIES.keys() - CHOSEN_BY_HAND))
@pytest.mark.parametrize("code", ["en", "fr"])
def test_each_story_keeps_it(story: str, code: str) -> None:
    assert faults(json.loads(json.dumps(report_data(STORIES[story](), load_language(code))))) == []


def test_of_each_object_every_key_is_named_and_required() -> None:
    ours = [each for each in objects(schema()) if "properties" in each]
    assert len(ours) > 30
    for each in ours:
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["$defs", "verdict"], Verdict), (["$defs", "reason"], Reason), (["$defs", "freshness"], Freshness),
        (["$defs", "attempt", "properties", "result"], RunResult),
        (["$defs", "success", "properties", "source"], SOURCES),
        (["$defs", "volume", "properties", "why"], VolumeWhy), (["$defs", "job", "properties", "selection"], Selection),
        (["$defs", "gap", "properties", "kind"], GapKind), (["$defs", "gap", "properties", "blinds", "items"], Blind),
        (["$defs", "guest", "properties", "days", "items"], DayState),
        (["$defs", "guest", "properties", "findings", "items"], FINDINGS),
    ],
)  # fmt: skip
def test_the_codes_it_allows_are_those_of_the_program(
    values: list[str], codes: type[StrEnum] | Mapping[str, str]
) -> None:
    part = schema()
    for key in values:
        part = part[key]
    assert part["enum"] == [str(code) for code in codes]


def test_a_key_too_many_a_key_too_few_and_a_wrong_value_are_each_refused() -> None:
    assert faults(report()) == []
    wrong = []
    for place in ("top", "guest", "anomaly", "gap"):
        more, fewer = report(), report()
        for data, change in ((more, "more"), (fewer, "fewer")):
            part = {"top": data, "guest": data["guests"][0], "anomaly": data["anomalies"][0], "gap": data["gaps"][0]}[
                place
            ]
            if change == "more":
                part["surprise"] = 1
            else:
                del part[next(iter(part))]
            wrong.append(data)
    for path, value in (
        (("schema",), "pve-backup-report/2"), (("generated_at",), "yesterday"), (("guests", 0, "verdict"), "safe"),
        (("guests", 0, "vmid"), "100"), (("guests", 0, "last_due"), 1772586000), (("guests", 0, "jobs"), None),
        (("anomalies", 0, "severity"), "fatal"), (("gaps", 0, "blinds"), ["everything"]), (("summary", "guests"), -1),
    ):  # fmt: skip
        data = report()
        part = data
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = value
        wrong.append(data)
    assert len(wrong) == 17
    for data in wrong:
        assert faults(copy.deepcopy(data)) != []
