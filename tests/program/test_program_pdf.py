"""PDF as one of the formats: written, mailed, and refused in one sentence where it cannot be made."""

import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from fake_proxmox import FakeProxmox
from program.running import run, settings_of
from program.test_program_mail import Mailbox, cluster, smtp_server

PROGRAM = [sys.executable, "-m", "pve_backup_report"]


def test_the_demo_as_pdf(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--demo", "--formats", "pdf,md", "--lang", "fr", "-vv")
    assert outcome.code == 0
    assert len(outcome.err.splitlines()) < 20  # the details are ours, and not those of the libraries
    (written,) = (tmp_path / "reports").glob("*.pdf")
    assert str(written.relative_to(tmp_path)) in outcome.out
    pages = pypdf.PdfReader(written).pages
    assert len(pages) > 3
    words = " ".join(pages[0].extract_text().split())  # where a line is full depends on the fonts that are there
    assert "Couverture des sauvegardes de lab" in words


def test_the_pdf_is_attached_to_the_mail(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, cluster() as fake:
        outcome = run(tmp_path, environ=settings_of(fake, **smtp, REPORT_FORMATS="pdf"))
    assert outcome.code == 0, outcome.err
    (part,) = mailbox.messages[0].iter_attachments()
    assert part.get_content_type() == "application/pdf"
    assert part.get_content().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("stub", "words"),
    [
        (
            "raise ModuleNotFoundError(\"No module named 'weasyprint'\", name='weasyprint')",
            "pdf needs WeasyPrint, which is not installed. Install it with: pip install 'pve-backup-report[pdf]'",
        ),
        (
            "print('advice of its own'); raise OSError(\"cannot load library 'libpango-1.0-0': no such file\")",
            "(cannot load library 'libpango-1.0-0'). Install them, on Debian with: apt-get install libpango-1.0-0 ",
        ),
    ],
)
def test_without_the_extra_one_sentence_tells_how_to_get_it_before_anything_is_asked(
    tmp_path: Path, stub: str, words: str
) -> None:
    (tmp_path / "stub").mkdir()
    (tmp_path / "stub" / "weasyprint.py").write_text(stub)
    with FakeProxmox({"/version": {"version": "9.2.11"}, "/nodes": []}) as fake:
        environ = {"PYTHONPATH": str(tmp_path / "stub"), **settings_of(fake)}
        asked = subprocess.run(
            [*PROGRAM, "--formats", "html,pdf"], cwd=tmp_path, env=environ, check=False, capture_output=True, text=True
        )
        assert list(fake.requests) == []
        other = subprocess.run(
            [*PROGRAM, "--formats", "html", "-q"], cwd=tmp_path, env=environ, check=False, capture_output=True
        )
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr.startswith("ERROR: REPORT_FORMATS: pdf needs ")
    assert words in asked.stderr
    assert len(asked.stderr.splitlines()) == 1
    assert (other.returncode, other.stderr) == (0, b"")


def test_a_broken_cover_is_named_with_its_line(tmp_path: Path) -> None:
    run(tmp_path, "--demo", "-q", "--record", "tape.json.gz", "--formats", "json")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "cover.html.j2").write_text("<p>\n{{ page.nothing }}</p>")
    environ = {"REPORT_TEMPLATE_DIR": "mine", "REPORT_FORMATS": "pdf"}
    outcome = run(tmp_path, "--replay", "tape.json.gz", environ=environ)
    assert outcome.code == 2
    assert "REPORT_TEMPLATE_DIR: mine/cover.html.j2, line 2: " in outcome.err
