"""Six tapes, each output, each language, to the byte: from kept answers of a cluster to what people get."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from golden_worlds import tapes
from pve_backup_report.collect.tape_file import read_tape
from pve_backup_report.model.report import Report
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import LANGUAGES, Language, load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.render.nagios import nagios_check
from render.test_golden_mails import as_read
from render.test_golden_reports import keep, terminal_text

HERE = Path(__file__).parent
TAPES = HERE / "tapes"
GOLDEN = HERE / "golden" / "tapes"
NAMES = ("healthy", "many-faults", "audit-only", "node-down", "backup-server", "hostile")
OUTPUTS = (
    "html", "md", "md-summary", "json", "paper.html", "txt", "mail.txt", "mail.html", "csv", "xlsx", "prometheus",
    "junit", "sarif", "nagios",
)  # fmt: skip
# styles and the script lie in templates/, and the page's policy has their digests
INLINE = re.compile(r"<(style|script)\b([^>]*)>.*?</\1>", re.DOTALL)


@cache
def told(name: str) -> Report:
    return report_of(read_tape(TAPES / f"{name}.json.gz"))


def bare(html: str) -> str:
    return INLINE.sub(r"<\1\2></\1>", html)


def told_of(sarif: str) -> str:
    data = json.loads(sarif)
    (run,) = data["runs"]
    found = {result["ruleId"] for result in run["results"]}
    driver = run["tool"]["driver"]
    driver["rules"] = [rule if rule["id"] in found else rule["id"] for rule in driver["rules"]]
    return json_text(data)


def written(output: str, report: Report, language: Language) -> str:
    match output:
        case "txt":
            return terminal_text(report, language)
        case "paper.html" | "html":  # fonts differ from machine to machine, and with them the PDF; its page does not
            return bare(FORMATS["pdf" if output == "paper.html" else "html"].render(report, language))
        case "sarif":  # every rule is in each; those that found nothing are only named here
            return told_of(FORMATS["sarif"].render(report, language))
        case "nagios":
            state, line = nagios_check(report, language)
            return f"{line}{state}\n"
        case "mail.txt" | "mail.html":
            letter = mail_of(report, language)
            return as_read(letter.html) if output == "mail.html" else f"{letter.subject}\n\n{letter.text}"
        case _:
            return FORMATS[output].render(report, language)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("output", OUTPUTS)
def test_a_tape_keeps_its_bytes(name: str, code: str, output: str, request: pytest.FixtureRequest) -> None:
    keep(GOLDEN / f"{name}.{code}.{output}", written(output, told(name), load_language(code)), request)


def test_every_output_has_its_golden_files() -> None:
    assert set(FORMATS) - {"pdf"} <= set(OUTPUTS)


def test_the_tapes_are_what_the_simulator_gives_today() -> None:
    assert set(tapes()) == set(NAMES)
    for name, content in tapes().items():
        assert (TAPES / f"{name}.json.gz").read_bytes() == content, "run .venv/bin/python tools/make_golden_tapes.py"
