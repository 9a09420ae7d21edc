"""The report and the mail of a fleet, to the byte, in both languages."""

from pathlib import Path

import pytest

from pve_backup_report.render.fleet_formats import FLEET_FORMATS
from pve_backup_report.render.fleet_mail import fleet_mail
from pve_backup_report.render.language import load_language
from render.sample_fleet import FLEETS
from render.test_golden_mails import as_read

GOLDEN = Path(__file__).parent / "golden"
KEPT = [("mixed", "en"), ("mixed", "fr"), ("well", "en"), ("well", "fr")]


def check(kept: Path, text: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        kept.write_bytes(text.encode())
    assert text.encode() == kept.read_bytes(), "changed on purpose? pytest --update-golden, then read the diff"


@pytest.mark.parametrize("kind", FLEET_FORMATS)
@pytest.mark.parametrize(("name", "code"), KEPT)
def test_a_fleets_report_keeps_its_bytes(name: str, code: str, kind: str, request: pytest.FixtureRequest) -> None:
    text = FLEET_FORMATS[kind](FLEETS[name](), load_language(code))
    check(GOLDEN / f"fleet-{name}.{code}.{kind}", text, request)


@pytest.mark.parametrize(("name", "code"), KEPT)
def test_a_fleets_mail_keeps_what_is_read(name: str, code: str, request: pytest.FixtureRequest) -> None:
    letter = fleet_mail(FLEETS[name](), load_language(code))
    check(GOLDEN / f"fleet-{name}.{code}.mail.txt", f"{letter.subject}\n\n{letter.text}", request)
    check(GOLDEN / f"fleet-{name}.{code}.mail.html", as_read(letter.html), request)
