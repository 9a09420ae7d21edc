"""The modes on the sample cluster: what a new user sees first."""

import json
from pathlib import Path

import pytest

from program.running import run
from pve_backup_report import __version__


def test_the_demo_writes_three_reports_and_says_where_they_are(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--demo")
    written = sorted((tmp_path / "reports").iterdir())
    assert outcome.code == 0
    assert [path.suffix for path in written] == [".html", ".json", ".md"]
    assert all(f"{path.relative_to(tmp_path)}\n" in outcome.out for path in written)
    assert outcome.err == ""


def test_reports_are_only_for_their_owner_and_nothing_half_written_stays(tmp_path: Path) -> None:
    run(tmp_path, "--demo")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "reports").iterdir()} == {0o600}
    assert not list((tmp_path / "reports").glob(".*"))


def test_the_demo_tells_its_story(tmp_path: Path) -> None:
    guests = {
        guest["name"]: guest
        for guest in run(tmp_path, "--demo", "--dump-report-data", "--format", "json").data["guests"]
    }
    assert guests["web"]["verdict"] == "covered"
    assert (guests["db"]["verdict"], guests["db"]["reason"]) == ("partial", "volume-left-out")
    assert (guests["scratch"]["verdict"], guests["scratch"]["reason"]) == ("uncovered", "excluded")
    assert guests["wiki"]["freshness"] == "never"
    assert guests["gitlab"]["freshness"] == "late"


@pytest.mark.parametrize("mode", ["--check-api", "--dump-inventory", "--dump-coverage", "--dump-report-data"])
def test_each_mode_has_a_table_and_json(tmp_path: Path, mode: str) -> None:
    table, data = run(tmp_path, "--demo", mode), run(tmp_path, "--demo", mode, "--format", "json")
    assert (table.code, data.code) == (0, 0)
    assert len(table.out.splitlines()) > 5
    assert isinstance(data.data, dict)
    assert not (tmp_path / "reports").exists()


def test_explain_tells_of_one_guest_and_of_none_other(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--demo", "--explain", "111")
    assert outcome.code == 0
    assert "nextcloud" in outcome.out
    assert "gitlab" not in outcome.out
    unknown = run(tmp_path, "--demo", "--explain", "999")
    assert unknown.code == 2
    assert "999" in unknown.err


def test_a_recorded_demo_replays_to_the_same_bytes(tmp_path: Path) -> None:
    first = run(tmp_path, "--demo", "--record", "kept.json.gz", "--output-dir", "one")
    second = run(tmp_path, "--replay", "kept.json.gz", "--output-dir", "two")
    assert (first.code, second.code) == (0, 0)
    one, two = sorted((tmp_path / "one").iterdir()), sorted((tmp_path / "two").iterdir())
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_french_changes_the_words_and_no_code(tmp_path: Path) -> None:
    english = run(tmp_path, "--demo", "--dump-report-data", "--format", "json").data
    french = run(tmp_path, "--demo", "--dump-report-data", "--format", "json", "--lang", "fr").data
    assert [guest["verdict"] for guest in english["guests"]] == [guest["verdict"] for guest in french["guests"]]
    assert [anomaly["code"] for anomaly in english["anomalies"]] == [anomaly["code"] for anomaly in french["anomalies"]]
    assert english["anomalies"][0]["message"] != french["anomalies"][0]["message"]


@pytest.mark.parametrize(("severity", "code"), [("error", 1), ("info", 1), ("never", 0)])
def test_fail_on_makes_the_exit_code(tmp_path: Path, severity: str, code: int) -> None:
    assert run(tmp_path, "--demo", "--dump-coverage", "--fail-on", severity).code == code


def test_formats_choose_the_files(tmp_path: Path) -> None:
    run(tmp_path, "--demo", "--formats", "json", "--output-dir", "here")
    (only,) = (tmp_path / "here").iterdir()
    assert json.loads(only.read_text())["schema"] == "pve-backup-report/1"


def test_quiet_says_nothing(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--demo", "-q")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_the_version_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").out.strip() == f"pve-backup-report {__version__}"


@pytest.mark.parametrize(
    "argv",
    [
        ["--explain", "abc"],
        ["--demo", "--replay", "x"],
        ["--format", "json"],
        ["--dump-coverage", "--check-api"],
        ["--nosuch"],
    ],
)
def test_a_wrong_command_line_is_told_and_nothing_done(tmp_path: Path, argv: list[str]) -> None:
    outcome = run(tmp_path, *argv)
    assert outcome.code == 2
    assert outcome.err.splitlines()[-1].startswith("pve-backup-report: error:")
    assert not list(tmp_path.iterdir())
