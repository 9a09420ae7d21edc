"""The page on outputs for machines names every format, column, metric and state, and none that does not exist."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from program.running import run
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.guest_sheet import guest_columns_for_machines
from pve_backup_report.render.language import load_language
from pve_backup_report.render.nagios import State
from pve_backup_report.render.prometheus import prometheus_report
from render.stories import STORIES

DOCS = Path(__file__).resolve().parents[1] / "docs"
FOR_PEOPLE = {"html", "md", "md-summary", "pdf"}
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
PREFIX = "pve_backup_report_"
languages = pytest.mark.parametrize("language", ["en", "fr"])


def parts(language: str) -> dict[str, str]:
    """The sections of the page, by the English heading that stands at the same place."""
    pages = {code: (DOCS / code / "machine-outputs.md").read_text(encoding="utf-8") for code in ("en", "fr")}
    names = re.findall(r"^## (.*)$", pages["en"], re.MULTILINE)
    return dict(zip(names, re.split(r"^## .*$", pages[language], flags=re.MULTILINE)[1:], strict=True))


def first_cells(section: str) -> list[str]:
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def metrics() -> dict[str, set[str]]:
    """Every metric with its labels."""
    found: dict[str, set[str]] = {}
    for story in STORIES.values():
        text = prometheus_report(story(), load_language("en"))
        for family in text_string_to_metric_families(text):
            labels = found.setdefault(family.name.removeprefix(PREFIX), set())
            labels.update(*(sample.labels for sample in family.samples))
    return found


@languages
def test_every_format_for_machines_stands_there_with_its_suffix(language: str) -> None:
    section = parts(language)["Which there are"]
    assert first_cells(section) == [name for name in FORMATS if name not in FOR_PEOPLE]
    for name in first_cells(section):
        assert f"| `{name}` | `{FORMATS[name].suffix}` |" in section


@languages
def test_every_column_stands_there_in_its_order(language: str) -> None:
    assert first_cells(parts(language)["CSV"]) == [column.name for column in guest_columns_for_machines()]


@languages
def test_every_metric_stands_there_with_its_labels(language: str) -> None:
    section = parts(language)["Prometheus"]
    assert sorted(first_cells(section)) == sorted(metrics())
    for line in section.splitlines():
        if line.startswith("| `"):
            name, labels = (re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3])
            assert {*labels, "cluster"} == metrics()[name[0]], name


def test_every_metric_and_label_of_the_rules_exists() -> None:
    known, section = metrics(), parts("en")["Prometheus"]
    rules = "".join(found["content"] for found in FENCE.finditer(section) if found["kind"] in ("yaml", "text"))
    used = re.findall(rf"{PREFIX}(\w+)(?:\{{([^}}]*)\}})?", rules)
    assert len(used) > 10
    for name, chosen in used:
        assert set(re.findall(r"(\w+)=", chosen)) <= known[name]


def test_the_rules_wake_nobody_when_all_is_well_and_somebody_when_nothing_is_known() -> None:
    def series(story: str, name: str, **labels: str) -> list[float]:
        text = prometheus_report(STORIES[story](), load_language("en"))
        return [
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == PREFIX + name and labels.items() <= sample.labels.items()
        ]

    for metric in ("covered", "fresh"):
        assert series("healthy", "guest_value_missing", metric=metric, why="unknown") == []
        assert series("audit-only", "guest_value_missing", metric=metric, why="unknown") == [1, 1, 1]
    assert (series("healthy", "list_complete", list="guests"), sum(series("healthy", "gaps_blinding"))) == ([1], 0)
    assert (series("empty", "guest_covered"), series("servers-only", "list_complete", list="guests")) == ([], [0])


@languages
def test_the_states_of_the_check_stand_there_with_their_codes(language: str) -> None:
    section = parts(language)["A check for Nagios, Icinga and Checkmk"]
    shown = re.findall(r"^\| (\d) \| (\w+) \|", section, re.MULTILINE)
    assert sorted(set(shown)) == [(str(state.value), state.name) for state in State]


def test_the_line_shown_is_that_of_the_sample_cluster(tmp_path: Path) -> None:
    section = parts("en")["A check for Nagios, Icinga and Checkmk"]
    shown = [found["content"] for found in FENCE.finditer(section) if found["content"].startswith("PVE BACKUP")]
    assert shown == [run(tmp_path, "--demo", "--format", "nagios").out]
