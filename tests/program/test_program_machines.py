"""Outputs for machines as files, as a check, and as a schema: by the program itself."""

import csv
import json
import logging
import subprocess
import sys
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fake_proxmox import CANARY, FakeProxmox
from program.running import run, settings_of
from pve_backup_report.monitoring import asks_for_check
from pve_backup_report.render.formats import FORMATS

PROGRAM = [sys.executable, "-m", "pve_backup_report"]
TAPES = Path(__file__).parents[1] / "render" / "tapes"
RECORDED = sorted((Path(__file__).resolve().parents[3] / "shared" / "recorded").glob("*.json.gz"))
ANSWERS = {"/version": {"version": "9.2.11"}, "/nodes": []}
ALL = "json,csv,xlsx,prometheus,junit,sarif"


def test_no_two_formats_write_the_same_file() -> None:
    assert len({output.suffix for output in FORMATS.values()}) == len(FORMATS)


def test_the_demo_in_every_format_for_machines(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--demo", "--formats", ALL)
    assert (outcome.code, outcome.err) == (0, "")
    written = {path.name.partition(".")[2]: path for path in (tmp_path / "reports").iterdir()}
    assert set(written) == {"json", "csv", "xlsx", "prom", "junit.xml", "sarif"}
    assert {path.stat().st_mode & 0o777 for path in written.values()} == {0o600}
    guests = json.loads(written["json"].read_text())["guests"]
    with written["csv"].open(encoding="utf-8-sig", newline="") as file:
        assert [row["vmid"] for row in csv.DictReader(file)] == [str(guest["vmid"]) for guest in guests]
    assert openpyxl.load_workbook(written["xlsx"])["Guests"].max_row == 1 + len(guests)
    names = {family.name for family in text_string_to_metric_families(written["prom"].read_text())}
    assert "pve_backup_report_guest_covered" in names


def test_a_replayed_tape_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        tape = str(TAPES / "hostile.json.gz")
        assert run(tmp_path, "--replay", tape, "--formats", ALL, "--output-dir", folder).code == 0
    contents = [sorted((tmp_path / folder).iterdir()) for folder in ("one", "two")]
    assert [path.read_bytes() for path in contents[0]] == [path.read_bytes() for path in contents[1]]


def test_without_the_extra_one_sentence_tells_how_to_get_workbooks(tmp_path: Path) -> None:
    (tmp_path / "stub").mkdir()
    (tmp_path / "stub" / "xlsxwriter.py").write_text("raise ModuleNotFoundError('none', name='xlsxwriter')")
    asked = subprocess.run(
        [*PROGRAM, "--demo", "--formats", "xlsx,csv"], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "stub")},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr == (
        "ERROR: REPORT_FORMATS: xlsx needs XlsxWriter, which is not installed. "
        "Install it with: pip install 'pve-backup-report[xlsx]'\n"
    )
    assert not (tmp_path / "reports").exists()


# --- the check


@pytest.mark.parametrize(
    ("tape", "state", "code"),
    [("healthy", "OK", 0), ("node-down", "WARNING", 1), ("many-faults", "CRITICAL", 2), ("audit-only", "UNKNOWN", 3)],
)
def test_a_check_is_one_line_and_a_state_and_writes_nothing(tmp_path: Path, tape: str, state: str, code: int) -> None:
    outcome = run(tmp_path, "--replay", str(TAPES / f"{tape}.json.gz"), "--format", "nagios")
    assert (outcome.code, outcome.err) == (code, "")
    assert outcome.out.startswith(f"PVE BACKUP {state} - [lab] " if code < 3 else f"PVE BACKUP {state} - 1 answer ")
    assert outcome.out.count("\n") == outcome.out.count("|") == 1
    assert not list(tmp_path.iterdir())


def test_the_demo_can_be_checked_in_french_and_kept(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--demo", "--format=nagios", "--lang", "fr", "--record", "tape.json.gz")
    assert outcome.code == 2
    assert "2 invités non couverts" in outcome.out
    assert [path.name for path in tmp_path.iterdir()] == ["tape.json.gz"]


def test_wrong_settings_are_unknown_on_stdout_and_in_full_on_stderr(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--format", "nagios")
    assert outcome.code == 3
    assert outcome.out.startswith("PVE BACKUP UNKNOWN - PVE_API_URL is not set; give https://HOST:8006 of a node")
    assert outcome.out.endswith("(2 more on stderr)\n")
    assert outcome.out.count("\n") == 1
    assert len(outcome.err.splitlines()) == 3


@pytest.mark.parametrize(
    "argv",
    [
        ["--format", "nagios", "--check-api"], ["--dump-coverage", "--format=nagios"],
        ["--format", "nagios", "--explain", "100"], ["--format", "nagios", "--fail-on", "error"],
        ["--format", "nagios", "--nosuch"], ["--format", "nagios", "--demo", "--print-setup"],
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_no_state_of_the_backups(tmp_path: Path, argv: list[str]) -> None:
    outcome = run(tmp_path, *argv)
    assert outcome.code == 3
    assert outcome.out.startswith("PVE BACKUP UNKNOWN - ")
    assert outcome.out.count("\n") == 1
    assert "usage: " in outcome.err
    assert not list(tmp_path.iterdir())


def test_a_cluster_that_cannot_be_asked_is_unknown_and_the_secret_stays_one(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        environ = settings_of(fake, PVE_API_TOKEN_SECRET="wrong-secret-0000")
        refused = run(tmp_path, "--format", "nagios", environ=environ)
        environ = settings_of(fake, PVE_TLS_FINGERPRINT=fake.fingerprint)
    del environ["PVE_CA_BUNDLE"]  # the fake takes its file away
    gone = run(tmp_path, "--format", "nagios", environ=environ)
    for outcome, words in ((refused, "401"), (gone, "PVE_API_URL")):
        assert outcome.code == 3
        assert outcome.out.startswith("PVE BACKUP UNKNOWN - ")
        assert words in outcome.out
        assert "wrong-secret-0000" not in outcome.out + outcome.err
        assert outcome.out.count("\n") == 1


def test_a_tape_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "tape.json").write_text("{")
    outcome = run(tmp_path, "--replay", "tape.json", "--format", "nagios")
    assert outcome.code == 3
    assert outcome.out.startswith("PVE BACKUP UNKNOWN - ")
    assert "tape.json" in outcome.out


def test_a_check_needs_no_place_for_reports(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    argv = ("--replay", str(TAPES / "healthy.json.gz"), "--format", "nagios")
    assert run(tmp_path, *argv, environ={"REPORT_DIR": "taken/reports", "REPORT_FORMATS": "pdf,xlsx"}).code == 0


def test_help_and_version_answer_as_ever(tmp_path: Path) -> None:
    assert run(tmp_path, "--format", "nagios", "--version").code == 0
    assert "usage: " in run(tmp_path, "--format", "nagios", "--help").out


def test_on_a_pipe_that_is_not_utf_8_the_line_still_comes(tmp_path: Path) -> None:
    asked = subprocess.run(
        [*PROGRAM, "--replay", str(TAPES / "healthy.json.gz"), "--format", "nagios"], cwd=tmp_path, check=False,
        env={"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True,
    )  # fmt: skip
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith("PVE BACKUP OK - [lab] All is well \\u2013 100 % covered | ")


def test_what_asks_for_a_check() -> None:
    assert asks_for_check(["--demo", "--format", "nagios"])
    assert asks_for_check(["--format=nagios"])
    assert not asks_for_check(["--format", "json"])
    assert not asks_for_check(["nagios", "--format"])
    assert logging.getLogger("pve_backup_report").handlers == []


# --- the schema


def test_the_schema_is_printed_without_settings_and_the_demo_keeps_it(tmp_path: Path) -> None:
    printed = run(tmp_path, "--print-schema")
    assert (printed.code, printed.err) == (0, "")
    validator = jsonschema.Draft202012Validator(printed.data)
    for code in ("en", "fr"):
        data = run(tmp_path, "--demo", "--dump-report-data", "--format", "json", "--lang", code).data
        assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.skipif(not RECORDED, reason="the recordings lie beside the project, not in it")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name.removesuffix(".json.gz"))
def test_the_reports_of_a_running_cluster_keep_it_and_every_output_is_made_of_them(path: Path, tmp_path: Path) -> None:
    with FakeProxmox.from_recording(path) as fake:
        assert run(tmp_path, "-q", "--formats", ALL, environ=settings_of(fake)).code == 0
        checked = run(tmp_path, "--format", "nagios", environ=settings_of(fake))
    validator = jsonschema.Draft202012Validator(run(tmp_path, "--print-schema").data)
    (report,) = (tmp_path / "reports").glob("*.json")
    assert [error.message for error in validator.iter_errors(json.loads(report.read_text()))] == []
    assert checked.code in (1, 2, 3)
    everything = [checked.out, *(file.read_text(errors="replace") for file in (tmp_path / "reports").iterdir())]
    assert not [text for text in everything if CANARY in text]
