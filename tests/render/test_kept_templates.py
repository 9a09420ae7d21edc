"""Compiled templates are kept as compiled modules are; a file that is not what it should be changes only the time."""

import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import jinja2
import pytest

from pve_backup_report.model.dress import PLAIN, SHIPPED, Dress, Overrides
from pve_backup_report.render import kept_templates, markdown_report
from pve_backup_report.render.dressing import environment
from pve_backup_report.render.html_report import seen
from pve_backup_report.render.language import load_language
from render.sample_report import healthy

NAME = "summary.md.j2"
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda kept: kept[: len(kept) // 2],
    "one bit": lambda kept: kept[:1000] + bytes((kept[1000] ^ 1,)) + kept[1001:],
    "of another Python": lambda _: sha256(b"of another Python").digest() + b"of another Python",
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Python keep what it compiles below a folder of the test's own."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of what Jinja compiles from now on."""
    names: list[str] = []
    really = jinja2.Environment.compile

    def told(self: jinja2.Environment, source: str, name: str, filename: str | None = None) -> object:
        names.append(name)
        return really(self, source, name, filename)

    monkeypatch.setattr(jinja2.Environment, "compile", told)
    return names


def written(language: str = "en", dress: Dress = PLAIN) -> str:
    """Write a summary as a process does that has written none before."""
    markdown_report._template.cache_clear()  # noqa: SLF001 -- that it is another process
    return markdown_report.markdown_summary(healthy(), load_language(language), dress)


def kept_in(place: Path) -> list[Path]:
    return list(place.rglob("*.md.*"))


def test_a_template_is_compiled_once_for_all_runs_and_languages(place: Path, compiled: list[str]) -> None:
    first = written()
    assert compiled == [NAME]
    assert [path.name.split(".cpython")[0] for path in kept_in(place)] == ["summary.md"]
    assert written() == first
    assert written("fr") != first
    assert compiled == [NAME]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_not_used_and_made_anew(place: Path, compiled: list[str], damage: str) -> None:
    first = written()
    (file,) = kept_in(place)
    whole = file.read_bytes()
    file.write_bytes(DAMAGES[damage](whole))
    assert written() == first
    assert compiled == [NAME, NAME]
    assert written() == first
    assert compiled == [NAME, NAME]


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [(jinja2, "__version__", "0.0"), (kept_templates, "__version__", "0.0"), (kept_templates, "MAGIC_NUMBER", b"no")],
    ids=["Jinja", "program", "Python"],
)
def test_what_another_version_made_is_not_used(
    compiled: list[str], monkeypatch: pytest.MonkeyPatch, module: object, name: str, value: object
) -> None:
    written()
    monkeypatch.setattr(module, name, value)
    written()
    assert compiled == [NAME, NAME]


def test_what_was_made_of_another_text_or_in_another_way_is_not_used() -> None:
    kept = environment(SHIPPED, autoescape=False).bytecode_cache
    other = environment(SHIPPED, autoescape=True).bytecode_cache
    third = environment(SHIPPED, autoescape=False, finalize=seen).bytecode_cache
    assert kept is not None
    assert other is not None
    assert third is not None
    ways = [kept.get_source_checksum("{{ a }}"), kept.get_source_checksum("{{ b }}")]
    ways += [way.get_source_checksum("{{ a }}") for way in (other, third)]
    assert len(set(ways)) == len(ways)


def test_nothing_is_kept_where_python_keeps_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    written()
    assert kept_in(place) == []


def test_nothing_is_kept_beside_templates_of_an_administrator(place: Path) -> None:
    mine = Overrides(str(place), ((NAME, "mine {% include 'shipped/summary.md.j2' %}"),))
    assert written(dress=Dress(mine)).startswith("mine")
    assert kept_in(place) == []


def test_a_place_that_cannot_be_written_or_read_changes_nothing(
    place: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = written()
    file = place / "no folder"
    file.touch()
    monkeypatch.setattr(sys, "pycache_prefix", str(file))
    assert written() == first
    assert compiled == [NAME, NAME]
