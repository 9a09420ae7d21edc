"""Every rule has what a rule needs: its file, its tests, its pages in both languages. A missing part is named."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pve_backup_report import anomalies
from pve_backup_report.anomalies.catalogue import all_rules
from pve_backup_report.anomalies.rule import Rule

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
HEADINGS = {
    "en": ["## What it sees", "## Why it matters", "## What to do", "## When it stays silent"],
    "fr": ["## Ce qu’elle voit", "## Pourquoi c’est important", "## Que faire", "## Quand elle se tait"],
}
_ROW = re.compile(r"\| \[`(?P<code>[a-z-]+)`\]\((?P<page>[a-z-]+\.md)\) \| `(?P<severity>[a-z]+)` \| (?P<line>.+) \|")
_CODES = re.compile(r"`([^`]+)`")

rules = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
languages = pytest.mark.parametrize("language", sorted(HEADINGS))


def page_of(language: str, name: str) -> Path:
    return ROOT / "docs" / language / "anomalies" / f"{name}.md"


def text_of(page: Path) -> str:
    assert page.is_file(), f"{page.relative_to(ROOT)} is missing"
    return page.read_text()


def functions(test_file: Path) -> Iterator[ast.FunctionDef]:
    assert test_file.is_file(), f"{test_file.relative_to(ROOT)} is missing"
    for part in ast.parse(test_file.read_text()).body:
        if isinstance(part, ast.FunctionDef):
            yield part


def called(function: ast.FunctionDef) -> set[str]:
    return {
        part.func.id for part in ast.walk(function) if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    }


def test_no_two_rules_share_a_code() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(set(codes))


@rules
def test_the_file_is_named_after_the_code(rule: Rule) -> None:
    name = rule.code.replace("-", "_")
    assert rule.find.__module__ == f"{anomalies.__name__}.{name}"


@rules
@pytest.mark.parametrize("kind", ["loud", "quiet", "blind"])
def test_there_is_a_test_of_each_kind_and_it_asks_the_rule(rule: Rule, kind: str) -> None:
    name = rule.code.replace("-", "_")
    tests = [part for part in functions(HERE / f"test_{name}.py") if part.name.startswith(f"test_{kind}")]
    assert tests, f"tests/anomalies/test_{name}.py has no test_{kind}_…"
    for test in tests:
        assert called(test) & {"found", "only"}, f"{test.name} does not ask the rule through the builder"


@rules
def test_its_sentences_are_sentences(rule: Rule) -> None:
    for sentence in (rule.message, rule.remedy):
        assert sentence == " ".join(sentence.split())
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence.startswith("{")


@rules
@languages
def test_there_is_a_page_with_the_headings(rule: Rule, language: str) -> None:
    lines = text_of(page_of(language, rule.code)).splitlines()
    assert lines[0] == f"# {rule.code}"
    assert [line for line in lines if line.startswith("#")][1:] == HEADINGS[language]
    assert "" not in [line.strip() for line in (lines[2], lines[4])], "a summary and a line of severity come first"


@rules
@languages
def test_the_page_tells_severity_and_component(rule: Rule, language: str) -> None:
    line = text_of(page_of(language, rule.code)).splitlines()[4]
    codes = _CODES.findall(line)
    assert (codes[0], codes[-1]) == (str(rule.severity), rule.component)


@rules
def test_both_pages_tell_the_same_severities(rule: Rule) -> None:
    lines = [text_of(page_of(language, rule.code)).splitlines()[4] for language in HEADINGS]
    assert len({tuple(_CODES.findall(line)) for line in lines}) == 1


@languages
def test_the_index_lists_every_rule_once(language: str) -> None:
    rows = [
        found.groupdict() for found in map(_ROW.fullmatch, text_of(page_of(language, "README")).splitlines()) if found
    ]
    assert [(row["code"], row["severity"]) for row in rows] == [(rule.code, str(rule.severity)) for rule in all_rules()]
    for row in rows:
        assert row["page"] == f"{row['code']}.md"
        assert row["line"] == text_of(page_of(language, row["code"])).splitlines()[2]


@languages
def test_no_page_is_left_over(language: str) -> None:
    pages = {page.stem for page in page_of(language, "README").parent.glob("*.md")} - {"README"}
    assert pages == {rule.code for rule in all_rules()}


def test_no_test_file_is_left_over() -> None:
    tested = {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py")} - {"census", "healthy", "catalogue"}
    assert tested == {rule.code.replace("-", "_") for rule in all_rules()}
