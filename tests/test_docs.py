"""The documentation: two languages, one content, and nothing in it that the program does not do."""

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from program.running import run
from pve_backup_report.arguments import Mode, argument_parser
from pve_backup_report.endpoints.endpoint import Endpoint, Without
from pve_backup_report.endpoints.pbs import ALL_ENDPOINTS as PBS_ENDPOINTS
from pve_backup_report.endpoints.pve import ALL_ENDPOINTS
from pve_backup_report.errors import ReportError
from pve_backup_report.model.gap import Blind
from pve_backup_report.render import words
from pve_backup_report.render.language import load_language
from pve_backup_report.settings import KNOWN_NAMES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "pve_backup_report"
DOCS = {language: ROOT / "docs" / language for language in ("en", "fr")}
PAGES = sorted(str(page.relative_to(DOCS["en"])) for page in DOCS["en"].rglob("*.md"))
OWN_PAGES = [page for page in PAGES if "/" not in page]
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<content>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*[a-z]")
PROGRAM = ".venv/bin/pve-backup-report"
LEFT_OUT = "…"
DEVELOPERS = ("bench", "dev")  # extras that are no part of the program
FRENCH: Mapping[str, Callable[[str], str]] = {"en": str, "fr": load_language("fr").gettext}

languages = pytest.mark.parametrize("language", sorted(DOCS))


def text(language: str, page: str) -> str:
    return (DOCS[language] / page).read_text(encoding="utf-8")


def code(body: str) -> list[tuple[str, str]]:
    return [(found["kind"], found["content"]) for found in FENCE.finditer(body)]


def prose(body: str) -> str:
    return CODE.sub("`code`", FENCE.sub("", body))


def levels(body: str) -> list[int]:
    return [len(found) for found in re.findall(r"^(#+) ", FENCE.sub("", body), re.MULTILINE)]


def rows(body: str) -> list[str]:
    return [line for line in body.splitlines() if line.startswith("| ")]


# --- both languages


def test_both_languages_have_the_same_pages() -> None:
    assert sorted(str(page.relative_to(DOCS["fr"])) for page in DOCS["fr"].rglob("*.md")) == PAGES
    named = (
        "index",
        "quick-start",
        "configuration",
        "performance",
        "api-and-rights",
        "reading-the-report",
        "cron",
        "history",
        "delivery",
        "fleet",
        "design",
        "templates",
        "ways-in",
        "machine-outputs",
        "policy",
        "running",
        "bundle",
        "docker",
        "dependencies",
    )
    assert sorted(f"{name}.md" for name in named) == OWN_PAGES


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_headings_code_and_tables_in_both_languages(page: str) -> None:
    english, french = text("en", page), text("fr", page)
    assert levels(english) == levels(french)
    assert levels(english)[:1] == [1]
    assert code(english) == code(french)
    cells = [[row.replace("\\|", "").count("|") for row in rows(body)] for body in (english, french)]
    assert cells[0] == cells[1]


@pytest.mark.parametrize("page", OWN_PAGES)
def test_both_languages_name_the_same_things_and_link_to_the_same_places(page: str) -> None:
    bodies = [FENCE.sub("", text(language, page)) for language in ("en", "fr")]
    assert set(CODE.findall(bodies[0])) == set(CODE.findall(bodies[1]))
    assert LINK.findall(bodies[0]) == [link.replace(".fr.md", ".md") for link in LINK.findall(bodies[1])]


@pytest.mark.parametrize("page", OWN_PAGES)
def test_french_has_its_own_apostrophes_and_spaces(page: str) -> None:
    body = prose(text("fr", page))
    assert re.findall(r".{0,20}\w'\w.{0,20}", body) == []
    assert re.findall(r".{0,20}(?:(?<!\|)[ \u00a0]|[^\u202f\s])[;!?%](?:\s|$)|.{0,20}[^\u202f\s]:(?:\s|$)", body) == []


@pytest.mark.parametrize("page", [*PAGES, "../../README.md"])
@languages
def test_every_link_leads_somewhere(language: str, page: str) -> None:
    for target in LINK.findall(text(language, page)):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert ((DOCS[language] / page).parent / target).exists(), target


def security(language: str) -> str:
    return (ROOT / {"en": "SECURITY.md", "fr": "SECURITY.fr.md"}[language]).read_text(encoding="utf-8")


def test_what_is_said_of_security_is_the_same_in_both_languages() -> None:
    english, french = security("en"), security("fr")
    assert levels(english) == levels(french)
    assert [row.count("|") for row in rows(english)] == [row.count("|") for row in rows(french)]
    assert set(CODE.findall(english)) == set(CODE.findall(french))
    assert LINK.findall(english) == [link.replace("docs/fr/", "docs/en/") for link in LINK.findall(french)]
    assert all((ROOT / link).exists() for body in (english, french) for link in LINK.findall(body))
    blanks = r".{0,20}\w'\w.{0,20}|.{0,20}(?:(?<!\|)[ \u00a0]|[^\u202f\s])[;!?%:](?:\s|$)"
    assert re.findall(blanks, prose(french)) == []
    named = {name for name in CODE.findall(english) if re.match(r"(?:PVE|PBS01|REPORT)_", name)}
    assert {name.partition("=")[0] for name in named} <= set(KNOWN_NAMES)


# --- what the program has is documented, and nothing else


@languages
def test_every_library_is_listed_with_its_lowest_version_and_its_extra(language: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {extra: needs for extra, needs in project["optional-dependencies"].items() if extra not in DEVELOPERS}
    asked = [(need, "–") for need in project["dependencies"]]
    asked += [(need, f"`{extra}`") for extra, needs in extras.items() for need in needs]
    names = [re.split(r"[\[>]", need)[0] for need, _ in asked]
    real = [(f"`{name}`", need.partition(">=")[2], extra) for name, (need, extra) in zip(names, asked, strict=True)]
    table = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows(text(language, "dependencies.md"))]
    shown = [cells for cells in table if len(cells) == 5 and cells[0].startswith("`")]
    assert sorted(tuple(cells[:3]) for cells in shown) == sorted(real)
    assert all(purpose and licence for _, _, _, purpose, licence in shown)


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("dependencies = [")[2]
    asked = [line for line in lines.partition("[project.scripts]")[0].splitlines() if line.startswith('    "')]
    assert len(asked) > 40
    assert [line for line in asked if not re.search(r'",? # \w', line)] == []


@languages
def test_every_setting_is_documented_and_no_other(language: str) -> None:
    body = text(language, "configuration.md")
    prefixes = "PVE|PBS01|REPORT|SMTP|MAIL|WEBHOOK|NOTIFY|PING|DELIVERY|STATE|HISTORY|EXEMPT|FLEET|LOG"
    named = set(re.findall(rf"`((?:{prefixes})_[A-Z_]*[A-Z])`", body))
    assert named == set(KNOWN_NAMES)


@pytest.mark.parametrize("page", OWN_PAGES)
def test_every_setting_in_an_example_exists(page: str) -> None:
    given = [line for kind, content in code(text("en", page)) if kind == "ini" for line in content.splitlines()]
    assert {line.strip().partition("=")[0] for line in given} <= set(KNOWN_NAMES)


SENTENCES: Mapping[str, Mapping[Without, str]] = {
    "en": {
        Without.NOTHING: "whole for every token",
        Without.REFUSED: "refused (403)",
        Without.SHORTENED: "**shortened, with HTTP 200**",
    },
    "fr": {
        Without.NOTHING: "entière pour tout jeton",
        Without.REFUSED: "refusée (403)",
        Without.SHORTENED: "**raccourcie, avec HTTP 200**",
    },
}


def row_of(endpoint: Endpoint, language: str) -> str:
    either, on = {"en": (" or ", "on"), "fr": (" ou ", "sur")}[language]
    right = f"{either.join(f'`{name}`' for name in endpoint.privileges)} {on} `{endpoint.on}`"
    cells = (
        f"`{endpoint.path}`",
        right if endpoint.privileges else "–",
        SENTENCES[language][endpoint.without],
        FRENCH[language](endpoint.hides),
    )
    return f"| {' | '.join(cells)} |"


@languages
def test_the_table_of_questions_is_that_of_the_program(language: str) -> None:
    shown = [row for row in rows(text(language, "api-and-rights.md")) if row.startswith("| `/")]
    assert shown == [row_of(endpoint, language) for endpoint in (*ALL_ENDPOINTS, *PBS_ENDPOINTS)]


@languages
def test_the_codes_of_a_report_stand_with_the_words_of_a_report(language: str) -> None:
    shown = rows(text(language, "reading-the-report.md"))
    tables = (words.VERDICTS, words.REASONS, words.FRESHNESS, words.FINDINGS, words.GAP_KINDS)
    for code_, phrase in (item for table in tables for item in table.items()):
        starts = f"| `{code_}` | {FRENCH[language](phrase)} |"
        assert [row for row in shown if row.startswith(starts)], starts
    for phrase in ("Action needed", "Worth a look", "Not everything could be seen", "All is well"):
        assert [row for row in shown if f" {FRENCH[language](phrase)} |" in row], phrase
    for named in (*Blind, *map(str, words.SEVERITIES), *words.SOURCES):
        assert f"`{named}`" in "\n".join([*shown, text(language, "reading-the-report.md")])


def test_every_key_of_the_report_data_is_documented(tmp_path: Path) -> None:
    data = run(tmp_path, "--demo", "--dump-report-data", "--format", "json").data
    named = set(CODE.findall("\n".join(rows(text("en", "reading-the-report.md")))))
    guest = data["guests"][0]
    nested = (guest["jobs"][0], guest["volumes"][0], guest["last_success"], guest["last_attempt"])
    keys = {key for part in (data, guest, *nested) for key in part}
    assert sorted(keys - named) == []


@languages
def test_every_exit_code_stands_in_the_page_on_cron(language: str) -> None:
    shown = re.findall(r"^\| (\d+) \|", text(language, "cron.md"), re.MULTILINE)
    assert [int(row) for row in shown] == sorted(
        {0, 1, 70, 129, 130, 143, *(error.exit_code for error in ReportError.__subclasses__())}
    )


def options() -> dict[str, str]:
    """Each option with its sentence of help."""
    actions = [action for action in argument_parser()._actions if action.option_strings]  # noqa: SLF001 -- no public list
    formatter = argument_parser()._get_formatter()  # noqa: SLF001 -- fills %(default)s and the like
    return {name: formatter._expand_help(action) for action in actions for name in action.option_strings}  # noqa: SLF001


def test_the_help_stands_in_the_quick_start() -> None:
    (shown,) = [content for _, content in code(text("en", "quick-start.md")) if "usage:" in content]
    flat = " ".join(shown.split())
    for option, sentence in options().items():
        assert re.search(rf"{option}\b[^.]*? {re.escape(' '.join(sentence.split()))}(?= |$)", flat), option
    assert set(OPTION.findall(flat)) - {"--dump"} == {name for name in options() if name.startswith("--")}
    assert {f"--{mode}" for mode in Mode if mode is not Mode.REPORT} <= set(OPTION.findall(flat))
    for words_ in (argument_parser().description, argument_parser().epilog):
        assert words_ is not None
        assert " ".join(words_.split()) in flat


@pytest.mark.parametrize("page", PAGES)
@languages
def test_no_page_names_an_option_that_does_not_exist(language: str, page: str) -> None:
    body = text(language, page)
    called = [line for _, content in code(body) for line in content.splitlines() if PROGRAM in line]
    given = {option for line in called for option in OPTION.findall(line.partition(PROGRAM)[2])}
    assert given <= options().keys()
    inline = {option for quoted in CODE.findall(FENCE.sub("", body)) for option in OPTION.findall(quoted)}
    of_others = {"--users", "--tokens", "--privsep"} | {"--update-golden", "--hypothesis-profile"}  # pveum, pytest
    assert inline - of_others - {"--dump"} <= options().keys()  # ``--dump-…``


@pytest.mark.parametrize(("what", "page"), [("pve", "api-and-rights.md"), ("user", "ways-in.md")])
@languages
def test_the_setup_is_that_of_the_program(language: str, what: str, page: str, tmp_path: Path) -> None:
    printed = run(tmp_path, "--print-setup", what, "--lang", language).out.splitlines()
    commands = [line for line in printed if line and not line.startswith("#")]
    shown = [line for _, content in code(text(language, page)) for line in content.splitlines()]
    assert [line for line in shown if line.startswith("pveum")] == commands


def test_the_map_shows_every_room_and_its_floor() -> None:
    body = text("en", "design.md")
    rooms = [room.removesuffix("/") for row in rows(body) for room in CODE.findall(row.split("|")[1])]
    kept = {"__init__.py", "py.typed", "locale", "demo", "schema", "__pycache__"}
    assert sorted(rooms) == sorted(path.name for path in PACKAGE.iterdir() if path.name not in kept)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    floors = [content.splitlines() for _, content in code(body) if content.startswith("__main__")]
    assert floors == [contracts["contracts"][0]["layers"]]


def test_the_map_names_only_what_exists() -> None:
    for named in CODE.findall(FENCE.sub("", text("en", "design.md"))):
        if re.fullmatch(r"[\w./-]*(?:/|\.(?:py|md|po|example))", named):
            assert (ROOT / named).exists() or (PACKAGE / named).exists(), named


# --- what the pages show is what the program does


def demo_lines() -> list[str]:
    lines = {
        line.strip()
        for page in PAGES
        for kind, content in code(text("en", page))
        if kind == "sh"
        for line in content.splitlines()
        if line.strip().startswith(f"{PROGRAM} --") and ("--demo" in line or "--print-setup" in line)
    }
    return sorted(lines)


def test_there_are_lines_to_try() -> None:
    assert len(demo_lines()) > 5


@pytest.mark.parametrize("line", demo_lines())
def test_every_line_on_the_sample_cluster_runs(line: str, tmp_path: Path) -> None:
    assert run(tmp_path, *shlex.split(line)[1:]).code == 0


def test_a_kept_run_can_be_replayed_as_shown(tmp_path: Path) -> None:
    (shown,) = [content for _, content in code(text("en", "cron.md")) if "--replay" in content]
    for line in shown.splitlines():
        assert run(tmp_path, *shlex.split(line)[1:]).code == 0


def as_shown(content: str, folder: Path) -> Iterator[str]:
    """Yield the lines that a block of a command and its output should hold; ``…`` stands for lines left out."""
    command, *shown = content.splitlines()
    outcome = run(folder, *shlex.split(command.removeprefix("$ "))[1:])
    assert outcome.code == 0, outcome.err
    printed = [line.rstrip() for line in outcome.out.splitlines()]
    yield command
    if shown[0] == LEFT_OUT:
        yield from [LEFT_OUT, *printed[1 - len(shown) :]]
    elif shown[-1] == LEFT_OUT:
        yield from [*printed[: len(shown) - 1], LEFT_OUT]
    else:
        yield from printed


@pytest.mark.parametrize(
    "page", [page for page in OWN_PAGES if any(kind == "console" for kind, _ in code(text("en", page)))]
)
def test_the_output_shown_is_the_real_one(page: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for kind, content in code(text("en", page)):
        if kind != "console":
            continue
        real = "\n".join(as_shown(content, tmp_path)) + "\n"
        if request.config.getoption("--update-golden"):
            for language, folder in DOCS.items():
                body = text(language, page).replace(f"```console\n{content}```", f"```console\n{real}```")
                (folder / page).write_text(body, encoding="utf-8")
        else:
            assert content == real, "changed on purpose? pytest --update-golden tests/test_docs.py, then read the diff"


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/pve-backup-report --demo\n" in readme
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest\n" in readme
