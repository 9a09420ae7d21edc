"""The body of the webhook: the shipped JSON, and what a template makes."""

import json
import re
from pathlib import Path

import pytest

from pve_backup_report.model.dress import SHIPPED, Overrides
from pve_backup_report.render.dressing import OverrideFault
from pve_backup_report.render.json_report import json_report
from pve_backup_report.render.language import load_language
from pve_backup_report.render.webhook_body import webhook_body
from render.sample_mail import giant
from render.sample_report import healthy
from render.stories import STORIES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "en" / "delivery.md").read_text(encoding="utf-8")
EN = load_language("en")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def own(text: str, name: str = "hook.j2") -> Overrides:
    return Overrides("/etc/hooks", ((name, text),))


def keys(data: object) -> object:
    if isinstance(data, dict):
        return {key: keys(value) for key, value in data.items() if key != "details"}
    return keys(data[0]) if isinstance(data, list) and data else None


@pytest.mark.parametrize("story", STORIES)
def test_it_holds_the_numbers_and_the_anomalies_of_the_report(story: str) -> None:
    report = STORIES[story]()
    payload = webhook_body(report, EN, SHIPPED)
    assert payload.media_type == "application/json"
    assert payload.content.isascii()
    body, whole = json.loads(payload.content), json.loads(json_report(report, EN))
    assert (body["schema"], body["test"]) == ("pve-backup-report-webhook/1", False)
    assert {name: body[name] for name in ("summary", "anomalies", "generated_at", "tool_version")} == {
        name: whole[name] for name in ("summary", "anomalies", "generated_at", "tool_version")
    }
    assert body["gaps"] == len(whole["gaps"])


def test_the_documentation_shows_every_key() -> None:
    body = json.loads(webhook_body(STORIES["many-faults"](), EN, SHIPPED).content)
    assert keys(json.loads(block("json"))) == keys(body)


def test_it_has_an_end() -> None:
    body = json.loads(webhook_body(giant("é", codes=50, each=25), EN, SHIPPED).content)
    assert (len(body["anomalies"]), body["anomalies_left_out"]) == (500, 750)


def test_the_documented_template_makes_json_of_hostile_names() -> None:
    payload = webhook_body(STORIES["hostile"](), EN, own(block("jinja"), "hook.json.j2"))
    assert payload.media_type == "application/json"
    assert set(json.loads(payload.content)) == {"text", "errors"}


def test_a_template_may_make_plain_text_of_the_whole_report() -> None:
    payload = webhook_body(healthy(), EN, own("{{ report.guests | length }} guests, test={{ test }}"), test=True)
    assert (payload.media_type, payload.content) == ("text/plain; charset=utf-8", b"4 guests, test=True")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("hook.j2", "a\n{{ nosuch }}", "/etc/hooks/hook.j2, line 2: 'nosuch' is undefined"),
        ("hook.j2", "{% if %}", "line 1"),
        ("hook.j2", "{{ ().__class__.__bases__ }}", "unsafe"),
        ("hook.json.j2", '{"a": "{{ sentence }}', "no JSON"),
    ],
)
def test_a_template_that_fails_is_told_with_its_file(name: str, text: str, words: str) -> None:
    with pytest.raises(OverrideFault) as caught:
        webhook_body(healthy(), EN, own(text, name))
    assert words in str(caught.value)
