"""What bad input gets: one clear sentence, the right exit code, no traceback, nothing half-written."""

import time
from pathlib import Path
from unittest.mock import patch

import pytest

from fake_proxmox import FakeProxmox, How, Reply
from program.running import Outcome, run, settings_of

ANSWERS = {"/version": {"version": "9.2.11"}, "/nodes": []}


def nothing_written(folder: Path) -> bool:
    return not [path for path in folder.rglob("*") if path.is_file()]


def refused(folder: Path, outcome: Outcome, code: int, *words: str) -> None:
    assert outcome.code == code, outcome.err
    assert all(word in outcome.err for word in words), outcome.err
    assert outcome.out == ""
    assert nothing_written(folder)


def test_without_settings_every_missing_one_is_named(tmp_path: Path) -> None:
    refused(tmp_path, run(tmp_path), 2, "PVE_API_URL", "PVE_API_TOKEN_ID", "PVE_API_TOKEN_SECRET")


def test_a_wrong_token_is_exit_3(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        environ = settings_of(fake, PVE_API_TOKEN_SECRET="wrong-secret-0000")
        outcome = run(tmp_path, environ=environ)
    refused(tmp_path, outcome, 3, f"ERROR: 127.0.0.1:{fake.port}: HTTP 401 ", "PVE_API_TOKEN")
    assert "wrong-secret-0000" not in outcome.err


def test_a_wrong_token_of_a_backup_server_alone_names_that_server(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        cluster = settings_of(fake, PVE_API_TOKEN_SECRET="wrong-secret-0000")
        environ = {name.replace("PVE_", "PBS01_"): text for name, text in cluster.items()} | {"PBS01_NAME": "vault"}
        outcome = run(tmp_path, environ=environ)
    refused(tmp_path, outcome, 3, f"ERROR: 127.0.0.1:{fake.port}: HTTP 401 ", "PBS01_API_TOKEN")


def test_a_cluster_that_hangs_is_exit_3_with_what_to_do(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        fake.fail(Reply(how=How.HANG))
        outcome = run(tmp_path, environ=settings_of(fake, PVE_TIMEOUT="1", PVE_TOTAL_TIMEOUT="5"))
    told = f"ERROR: 127.0.0.1:{fake.port}: no whole answer within 1 s (PVE_TIMEOUT); check PVE_API_URL and any firewall"
    refused(tmp_path, outcome, 3, told, "between, or raise PVE_TIMEOUT")


def test_nobody_listening_is_exit_3(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        environ = settings_of(fake, PVE_TLS_FINGERPRINT=fake.fingerprint)
    del environ["PVE_CA_BUNDLE"]  # the fake takes its file away
    refused(tmp_path, run(tmp_path, environ=environ), 3, "PVE_API_URL")


def test_an_unknown_certificate_is_exit_3_and_shows_its_fingerprint(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        environ = settings_of(fake)
        del environ["PVE_CA_BUNDLE"]
        outcome = run(tmp_path, environ=environ)
        refused(tmp_path, outcome, 3, "PVE_CA_BUNDLE", "PVE_TLS_FINGERPRINT")
        environ["PVE_TLS_FINGERPRINT"] = fake.fingerprint
        assert run(tmp_path, "-q", environ=environ).code == 0


def test_a_directory_that_cannot_be_made_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with FakeProxmox(ANSWERS) as fake:
        outcome = run(tmp_path, "--output-dir", "taken/reports", environ=settings_of(fake))
        assert list(fake.requests) == []
    assert outcome.code == 2
    assert "taken/reports" in outcome.err
    assert "--output-dir" in outcome.err


def test_a_file_in_place_of_the_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    outcome = run(tmp_path, "--demo", "--output-dir", "taken")
    assert outcome.code == 2
    assert "taken: is a file, not a directory; give a directory with --output-dir or REPORT_DIR." in outcome.err
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_register_that_is_not_there_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        outcome = run(tmp_path, environ=settings_of(fake, REPORT_RESTORE_TESTS="none.toml"))
        assert list(fake.requests) == []
    refused(tmp_path, outcome, 2, "REPORT_RESTORE_TESTS none.toml: No such file", "; give the path of a TOML file.")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": "other/1"}', b"\x1f\x8bnot gzip", b"\x00\xff"])
def test_a_file_that_is_no_tape_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tape").write_bytes(content)
    outcome = run(tmp_path, "--replay", "tape")
    assert outcome.code == 2
    assert "--replay tape" in outcome.err


def no_right(path: str, _query: dict[str, str]) -> object:
    return ANSWERS["/version"] if path == "/version" else Reply(403, "Permission check failed (/, Sys.Audit)")


def test_a_cluster_that_refuses_all_but_its_version_gets_a_report_that_says_so(tmp_path: Path) -> None:
    with FakeProxmox(no_right) as fake:
        outcome = run(tmp_path, "--dump-report-data", "--format", "json", environ=settings_of(fake))
    assert outcome.code == 0
    assert outcome.data["summary"]["guests"] == 0
    refused_paths = {gap["endpoint"] for gap in outcome.data["gaps"] if "403" in gap["reason"]}
    assert {"/cluster/backup", "/cluster/resources", "/storage", "/pools", "/nodes"} <= refused_paths


def test_where_not_one_question_is_answered_there_is_no_report(tmp_path: Path) -> None:
    with FakeProxmox(lambda _path, _query: Reply.html()) as fake:
        outcome = run(tmp_path, environ=settings_of(fake))
        checked = run(tmp_path, "--format", "nagios", environ=settings_of(fake))
        shown = run(tmp_path, "--check-api", environ=settings_of(fake))
    refused(
        tmp_path,
        outcome,
        3,
        f"ERROR: 127.0.0.1:{fake.port}: not one of",
        "check that PVE_API_URL leads to the API; --check-api shows each",
    )
    assert (checked.code, shown.code) == (3, 0)
    assert "/cluster/backup" in shown.out


def test_answers_that_were_kept_too_long_ago_are_refused_where_that_is_asked_for(tmp_path: Path) -> None:
    with FakeProxmox({"/version": {"version": "9.2.11"}}) as fake:
        assert run(tmp_path, "--record", "tape", "-q", environ=settings_of(fake)).code == 0
    assert run(tmp_path, "--replay", "tape", "--tape-max-age", "1h", "-q").code == 0
    with patch("time.time", return_value=time.time() + 40 * 86_400):
        assert run(tmp_path, "--replay", "tape", "-q").code == 0
        outcome = run(tmp_path, "--replay", "tape", "--tape-max-age", "26h")
        checked = run(tmp_path, "--replay", "tape", "--tape-max-age", "26h", "--format", "nagios")
    assert outcome.code == 3
    assert "tape: its answers are 40 days and 0 hours old, more than --tape-max-age." in outcome.err
    assert (checked.code, checked.out.startswith("PVE BACKUP UNKNOWN - ")) == (3, True)
    assert run(tmp_path, "--demo", "--tape-max-age", "26h").code == 2
