"""The documentation: two languages, one content, and nothing in it that the program does not do."""

import re
import shlex
from pathlib import Path

import pytest

from program.running import run
from pve_backup_report.arguments import argument_parser
from pve_backup_report.endpoints import ALL_ENDPOINTS
from pve_backup_report.model.verdict import Freshness, Reason, Verdict
from pve_backup_report.settings import KNOWN_NAMES

ROOT = Path(__file__).resolve().parents[1]
DOCS = {language: ROOT / "docs" / language for language in ("en", "fr")}
PAGES = sorted(str(page.relative_to(DOCS["en"])) for page in DOCS["en"].rglob("*.md"))
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def text(language: str, page: str) -> str:
    return (DOCS[language] / page).read_text(encoding="utf-8")


def code(body: str) -> list[tuple[str, str]]:
    return [(kind, content) for _, kind, content in FENCE.findall(body)]


def levels(body: str) -> list[int]:
    prose = FENCE.sub("", body)
    return [len(found) for found in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def test_both_languages_have_the_same_pages() -> None:
    assert sorted(str(page.relative_to(DOCS["fr"])) for page in DOCS["fr"].rglob("*.md")) == PAGES
    assert {
        "index.md",
        "quick-start.md",
        "configuration.md",
        "api-and-rights.md",
        "reading-the-report.md",
        "cron.md",
    } <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_headings_and_code_in_both_languages(page: str) -> None:
    english, french = text("en", page), text("fr", page)
    assert levels(english) == levels(french)
    assert code(english) == code(french)
    tables = [len(re.findall(r"^\|", body, re.MULTILINE)) for body in (english, french)]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("page", [*PAGES, "../../README.md"])
@pytest.mark.parametrize("language", sorted(DOCS))
def test_every_link_leads_somewhere(language: str, page: str) -> None:
    for target in LINK.findall(text(language, page)):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert ((DOCS[language] / page).parent / target).exists(), target


@pytest.mark.parametrize("language", sorted(DOCS))
def test_every_setting_is_documented_and_no_other(language: str) -> None:
    body = text(language, "configuration.md")
    named = set(re.findall(r"`((?:PVE|PBS01|REPORT|SMTP|MAIL|LOG)_[A-Z_]+)`", body))
    assert named == set(KNOWN_NAMES)


@pytest.mark.parametrize("language", sorted(DOCS))
def test_every_endpoint_stands_with_its_right(language: str) -> None:
    body = text(language, "api-and-rights.md")
    for endpoint in ALL_ENDPOINTS:
        (row,) = [line for line in body.splitlines() if line.startswith(f"| `{endpoint.path}` |")]
        assert all(f"`{privilege}`" in row for privilege in endpoint.privileges)
        assert not endpoint.privileges or f"`{endpoint.on}`" in row


@pytest.mark.parametrize("language", sorted(DOCS))
def test_every_code_of_a_verdict_stands_in_the_page_on_reading(language: str) -> None:
    body = text(language, "reading-the-report.md")
    assert [value for codes in (Verdict, Reason, Freshness) for value in codes if f"`{value}`" not in body] == []


@pytest.mark.parametrize("language", sorted(DOCS))
def test_every_exit_code_stands_in_the_page_on_cron(language: str) -> None:
    rows = re.findall(r"^\| (\d+) \|", text(language, "cron.md"), re.MULTILINE)
    assert {int(row) for row in rows} == {0, 1, 2, 3, 4, 70, 130}


def test_the_help_stands_in_the_quick_start() -> None:
    def words(body: str) -> list[str]:
        return re.findall(r"--[a-z-]+|[A-Za-z]{4,}", body)

    (shown,) = [content for kind, content in code(text("en", "quick-start.md")) if "usage:" in content]
    assert sorted(set(words(shown))) == sorted(set(words(argument_parser().format_help())))


def demo_lines() -> list[str]:
    lines = {
        line
        for page in PAGES
        for kind, content in code(text("en", page))
        if kind == "sh"
        for line in content.splitlines()
        if line.strip().startswith(".venv/bin/pve-backup-report --") and ("--demo" in line or "--print-setup" in line)
    }
    return sorted(lines)


def test_there_are_lines_to_try() -> None:
    assert len(demo_lines()) > 5


@pytest.mark.parametrize("line", demo_lines())
def test_every_line_on_the_sample_cluster_runs(line: str, tmp_path: Path) -> None:
    assert run(tmp_path, *shlex.split(line)[1:]).code == 0


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/pve-backup-report --demo\n" in readme
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest\n" in readme
