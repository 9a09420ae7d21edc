"""Each story's bytes in each output: what changes here, people see."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from pve_backup_report.model.report import Report
from pve_backup_report.render.coverage_table import print_coverage
from pve_backup_report.render.explain_text import print_explanation
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.inventory import print_inventory
from pve_backup_report.render.language import Language, load_language
from render.stories import STORIES

GOLDEN = Path(__file__).parent / "golden"
KEPT = [
    ("healthy", "en"), ("many-faults", "en"), ("many-faults", "fr"), ("audit-only", "en"), ("audit-only", "fr"),
    ("empty", "en"), ("backup-servers", "en"), ("backup-servers", "fr"), ("servers-only", "en"),
]  # fmt: skip


def piped(show: Callable[[Console], object]) -> str:
    output = StringIO()
    show(Console(file=output, markup=False, emoji=False, highlight=False))
    return output.getvalue()


def terminal_text(report: Report, language: Language) -> str:
    vmids = [verdict.guest.vmid for verdict in report.analysis.guests]
    shown: list[Callable[[Console], object]] = [
        lambda console: print_inventory(report, language, console),
        lambda console: print_coverage(report, language, console),
    ]
    parts = [piped(show) for show in shown]
    parts += [piped(lambda console, vmid=vmid: print_explanation(report, vmid, language, console)) for vmid in vmids]  # type: ignore[misc] # mypy cannot type a default of a lambda
    return f"\n{'=' * 80}\n".join(parts)


def keep(kept: Path, text: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        kept.write_bytes(text.encode())
    assert text.encode() == kept.read_bytes(), "changed on purpose? pytest --update-golden, then read the diff"


@pytest.mark.parametrize(("story", "code"), KEPT)
@pytest.mark.parametrize("output", ["html", "md", "json", "txt"])
def test_a_story_keeps_its_bytes(story: str, code: str, output: str, request: pytest.FixtureRequest) -> None:
    report, language = STORIES[story](), load_language(code)
    text = terminal_text(report, language) if output == "txt" else FORMATS[output].render(report, language)
    keep(GOLDEN / f"{story}.{code}.{output}", text, request)
