"""The example in the page on the policy is right, and does on the sample cluster what the page shows."""

import re
from pathlib import Path

import pytest

from program.running import run

ROOT = Path(__file__).resolve().parents[1]
DOCS = {language: (ROOT / "docs" / language / "policy.md").read_text(encoding="utf-8") for language in ("en", "fr")}
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)


def block(language: str, kind: str) -> str:
    (found,) = [one["content"] for one in BLOCK.finditer(DOCS[language]) if one["kind"] == kind]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.toml").write_text(block("en", "toml"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("language", sorted(DOCS))
def test_the_output_shown_is_the_real_one(folder: Path, language: str) -> None:
    command, _, shown = block(language, "text").partition("\n")
    outcome = run(folder, *command.removeprefix("$ ").split()[1:])
    assert (outcome.code, outcome.err) == (0, "")
    assert "\n".join(line.rstrip() for line in outcome.out.splitlines()) + "\n" == shown


def test_the_example_does_what_the_page_says(folder: Path) -> None:
    argv = ("--demo", "--policy", "policy.toml", "--dump-report-data", "--format", "json")
    data = run(folder, *argv).data
    guests = {guest["name"]: guest for guest in data["guests"]}
    scratch = guests["scratch"]
    assert (scratch["verdict"], scratch["reason"], scratch["freshness"]) == ("exempt", "exempt-by-policy", None)
    assert scratch["exemption"] == {
        "source": "policy", "entry": 1, "line": 2, "tag": None, "reason": "rebuilt by CI every night", "owner": "Ana",
        "until": "2026-12-31",
        "otherwise": {"verdict": "uncovered", "reason": "excluded", "freshness": None},
    }  # fmt: skip
    assert [one["vmid"] for one in data["exemptions"]] == [121, 900]
    found = {(one["code"], one["subject"]): one for one in data["anomalies"]}
    assert ("guest-excluded", "qemu/121") not in found
    assert found["guest-uncovered", "qemu/140"]["acknowledged"]["owner"] == "Bo"
    assert found["job-disabled", "job/backup-camera-old"]["severity"] == "info"
    assert found["job-disabled", "job/backup-camera-old"]["usual_severity"] == "notice"
    assert {subject for code, subject in found if code == "policy-copies-missing"} == {"qemu/111", "qemu/113"}
    assert {subject for code, subject in found if code == "policy-offsite-missing"} == {"qemu/100"}
    counted = sum(one["acknowledged"] is None and one["severity"] == "warning" for one in data["anomalies"])
    assert data["summary"]["anomalies"]["warning"] == counted
    assert (data["summary"]["exempt"], data["summary"]["acknowledged"]) == (2, 1)
