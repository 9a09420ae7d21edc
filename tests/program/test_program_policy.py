"""The policy as a user meets it: what it lets pass is in every report, and a mistake stops the run before it asks."""

import email
import json
import re
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox
from program.running import Outcome, run, settings_of
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.settings import read_settings

POLICY = """\
[[exempt]]
vmid = 140
reason = "moves <b>soon</b> | next week"
owner = "Ana *the* admin"
until = 2026-12-31

[[acknowledge]]
code = "never-backed-up"
subject = "qemu/113"
until = 2026-03-04
reason = "being restored"
owner = "Bo"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def demo(folder: Path, *argv: str) -> Outcome:
    return run(folder, "--demo", "--policy", "policy.toml", *argv)


def test_every_report_for_people_prints_what_is_let_pass_and_who_answers_for_it(folder: Path) -> None:
    assert demo(folder, "--formats", "html,md,json").code == 0
    html, json_text, markdown = (
        path.read_text().replace("\N{NO-BREAK SPACE}", " ") for path in sorted((folder / "reports").iterdir())
    )
    for text in (html, markdown):
        for told in ("Ana", "Bo", "being restored", "31 Dec 2026", "4 Mar 2026", "(L1)", "(L7)", "next week"):
            assert told in text, told
        assert "Acknowledged anomalies" in text
        assert "without this: not covered" in text
    assert "moves &lt;b&gt;soon&lt;/b&gt; | next week" in html
    assert "<b>soon" not in markdown
    assert json.loads(json_text)["exemptions"][0]["owner"] == "Ana *the* admin"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_mail_prints_it_too(folder: Path, language: str) -> None:
    run(folder, "--demo", "--record", "kept.json.gz", "--dump-coverage")
    given = {"REPORT_POLICY": str(folder / "policy.toml")}
    settings, _ = read_settings(given, None, need_connection=False)
    from pve_backup_report.collect.tape_file import read_tape  # noqa: PLC0415 -- only here

    letter = mail_of(report_of(read_tape(folder / "kept.json.gz"), settings.report), load_language(language))
    for part in (letter.text, letter.html):
        flat = re.sub(r"\s+", " ", part)
        for told in ("Ana", "Bo", "being restored", "[[exempt]] 1 (L1)", "[[acknowledge]] 1 (L7)"):
            assert told in flat, told
    assert email.message_from_string(letter.subject) is not None


def test_an_acknowledged_anomaly_is_listed_and_does_not_fail_the_run(folder: Path) -> None:
    data = demo(folder, "--dump-report-data", "--format", "json").data
    errors = [one for one in data["anomalies"] if one["severity"] == "error"]
    assert [(one["subject"], one["acknowledged"]["until"]) for one in errors] == [("qemu/113", "2026-03-04")]
    assert data["summary"]["anomalies"]["error"] == 0
    assert data["summary"]["never"] == 1  # the fact stays
    assert demo(folder, "--dump-coverage", "--fail-on", "error").code == 0
    assert demo(folder, "--dump-coverage", "--fail-on", "warning").code == 1
    (folder / "policy.toml").write_text(POLICY.replace("2026-03-04", "2026-03-03"))
    assert demo(folder, "--dump-coverage", "--fail-on", "error").code == 1


def test_the_head_of_the_report_looks_at_what_nobody_answers_for(folder: Path) -> None:
    (folder / "policy.toml").write_text(POLICY.replace("140", "[121, 140]"))
    assert "Worth a look" in demo(folder, "--dump-coverage").out
    assert "Action needed" in run(folder, "--demo", "--dump-coverage").out
    demo(folder, "--formats", "md")
    (report,) = (folder / "reports").iterdir()
    assert "What to do: Acknowledged by Bo until 4\N{NO-BREAK SPACE}Mar" in report.read_text()
    assert "1 has never been backed up" in demo(folder, "--dump-coverage").out
    assert "1 anomaly is acknowledged." in demo(folder, "--dump-coverage").out


def test_explain_says_why_a_guest_is_exempt(folder: Path) -> None:
    outcome = demo(folder, "--explain", "140")
    assert "exempt-by-policy" in outcome.out
    assert "moves <b>soon</b> | next week" in outcome.out


def test_check_policy_has_a_table_and_json_and_writes_no_report(folder: Path) -> None:
    table, data = demo(folder, "--check-policy"), demo(folder, "--check-policy", "--format", "json")
    assert (table.code, data.code, table.err) == (0, 0, "")
    assert "vmid=140" in table.out
    entries = data.data["entries"]
    assert [(one["kind"], one["line"], one["state"]) for one in entries] == [
        ("exempt", 1, "in-force"), ("acknowledge", 7, "in-force"),
    ]  # fmt: skip
    assert entries[0]["guests"] == [140]
    assert entries[1]["anomalies"] == [{"code": "never-backed-up", "subject": "qemu/113"}]
    assert data.data["unused"] == []
    assert not (folder / "reports").exists()


def test_check_policy_works_on_a_kept_run_with_tags_that_exempt(folder: Path) -> None:
    run(folder, "--demo", "--record", "kept.json.gz", "--dump-coverage")
    argv = ("--replay", "kept.json.gz", "--check-policy", "--format", "json")
    data = run(folder, *argv, environ={"EXEMPT_TAGS": "no-backup,web", "REPORT_POLICY": "policy.toml"}).data
    assert [(one["kind"], one["guests"]) for one in data["entries"]] == [
        ("exempt", [140]), ("tag", [121]), ("tag", [100]), ("acknowledge", []),
    ]  # fmt: skip
    assert [(one["vmid"], one["source"], one["tag"]) for one in data["exemptions"]] == [
        (100, "tag", "web"), (121, "tag", "no-backup"), (140, "policy", None),
    ]  # fmt: skip


def test_check_policy_without_a_policy_says_what_to_give(folder: Path) -> None:
    outcome = run(folder, "--demo", "--check-policy")
    assert outcome.code == 2
    assert "REPORT_POLICY" in outcome.err


def test_a_mistake_stops_the_run_before_anything_is_asked(folder: Path) -> None:
    (folder / "policy.toml").write_text('[[exempt]]\nvmid = 1\nreson = "x"\n[[rule]]\ncopies = "many"\n')
    with FakeProxmox() as fake:
        outcome = run(folder, environ=settings_of(fake, REPORT_POLICY="policy.toml"))
        assert fake.requests == ()
    assert outcome.code == 2
    for told in ("line 3", "was reason meant?", "owner is missing", "line 5", "copies is no whole number"):
        assert told in outcome.err, told
    assert not (folder / "reports").exists()


def test_the_same_kept_run_and_policy_give_the_same_bytes(folder: Path) -> None:
    run(folder, "--demo", "--record", "kept.json.gz", "--dump-coverage")
    for name in ("one", "two"):
        run(folder, "--replay", "kept.json.gz", "--policy", "policy.toml", "--output-dir", name)
    one, two = (sorted((folder / name).iterdir()) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
