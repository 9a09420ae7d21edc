"""The whole program on a cluster in which every name is an attack: each output is looked at with its own reader.

Each turn gives every name another kind of attack; ``EVERY_TURN=1`` takes all of them, in minutes.
"""

import json
import os
import re
import zipfile
from pathlib import Path

import pypdf
import pytest

from deliver.receiver import receiving
from fake_proxmox import CANARY
from hostile.outputs import SUFFIXES, harmless, inert
from hostile.strings import MARK, THEMES
from hostile.worlds import lab
from program.running import Outcome, run
from program.test_program_mail import Mailbox, smtp_server

ALL = "html,md,md-summary,json,csv,xlsx,prometheus,junit,sarif"
TURNS = range(len(THEMES)) if "EVERY_TURN" in os.environ else (0, 5, 13, 18)
LOGGED = re.compile(r"(?:DEBUG|INFO|WARNING|ERROR): |  ")
SHOWN = ("--check-api", "--dump-inventory", "--dump-coverage", "--explain=100", "--check-policy")
POLICY = """
[[exempt]]
name = ["*zqxevil3*", "*[*?*"]
pool = "*"
reason = "<b>\\u001b[31m | `x` {0}"
owner = "=cmd()"

[[rule]]
pool = "*zqxevil*"
max_age = "8d"
severity.backup-late = "error"

[[acknowledge]]
code = "guest-uncovered"
subject = "<b>x</b>"
reason = "[x](javascript:1) zqxevil"
owner = "zqxevil\\r\\nBcc: x"
until = 2099-01-01
"""


def told(outcome: Outcome, code: int = 0) -> None:
    """See that a run ended as it should, and that nothing that it said acts, forges a line, or holds the secret."""
    assert outcome.code == code, outcome.err[-2000:]
    assert "fault of the program" not in outcome.err
    for text in (outcome.out, outcome.err):
        assert CANARY not in text
        for line in text.split("\n"):
            inert(line)
    assert all(LOGGED.match(line) for line in outcome.err.splitlines()), outcome.err[-2000:]


@pytest.mark.parametrize("turn", TURNS)
def test_names_that_attack_are_names_in_every_output(turn: int, tmp_path: Path) -> None:
    language = ("en", "fr")[turn % 2]
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    with lab(turn) as server:
        environ = {
            **server,
            "REPORT_FORMATS": ALL,
            "STATE_DIR": "state",
            "REPORT_LATEST": "true",
            "REPORT_POLICY": "policy.toml",
        }
        first = run(tmp_path, "-vv", "--record", "t.json", "--bundle", "b.zip", "--lang", language, environ=environ)
        told(first)
        told(run(tmp_path, "--formats", "json", "--lang", language, environ=environ))  # the history has something now
        for mode in ("--history", "--diff", "--history=100"):
            told(run(tmp_path, mode, "--lang", language, environ=environ))
    reports = [path for path in (tmp_path / "reports").iterdir() if path.is_file() and not path.name.startswith(".")]
    assert {path.name[path.name.index("Z.") + 1 :] for path in reports} == SUFFIXES
    for path in reports:
        harmless(path)
    found = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")}
    assert found == {"reports", "state", "t.json", "b.zip", "policy.toml"}
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", path.name) for path in tmp_path.rglob("*"))
    told(run(tmp_path, "--verify-bundle", "b.zip"))
    for mode in SHOWN:
        told(run(tmp_path, mode, "--replay", "t.json", "--lang", language, "--policy", "policy.toml"))
    state = run(tmp_path, "--format", "nagios", "--replay", "t.json", "--lang", language)
    told(state, state.code)
    assert state.code in range(4)
    assert state.out.count("\n") == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize("turn", TURNS if "EVERY_TURN" in os.environ else TURNS[:1])
def test_names_that_attack_are_names_on_paper(turn: int, tmp_path: Path) -> None:
    with lab(turn, few=True) as server:
        told(run(tmp_path, "--formats", "pdf", environ=server))
    (report,) = (tmp_path / "reports").glob("*.pdf")
    assert re.fullmatch(r"[A-Za-z0-9._-]+", report.name)
    harmless(report)
    assert any("zqx" in page.extract_text() for page in pypdf.PdfReader(report).pages)


@pytest.mark.parametrize("turn", [turn for turn in TURNS if turn % 2 == 0][:2])
def test_no_name_that_attacks_is_left_where_names_are_taken_out(turn: int, tmp_path: Path) -> None:
    with lab(turn) as server:
        environ = {**server, "REPORT_FORMATS": "html,md,json,csv"}
        told(run(tmp_path, "-q", "--anonymise", "--bundle", "a.zip", "--record", "a.json", environ=environ))
    told(run(tmp_path, "--verify-bundle", "a.zip"))
    with zipfile.ZipFile(tmp_path / "a.zip") as parts:
        kept = {name: parts.read(name) for name in parts.namelist()}
    kept |= {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert not [name for name, content in kept.items() if MARK.encode() in content.lower()]


def test_a_name_of_a_megabyte_is_cut_where_people_read_and_whole_where_programs_do(tmp_path: Path) -> None:
    with lab(0, longest=1_000_000) as server:
        told(run(tmp_path, "--record", "t.json", environ={**server, "REPORT_FORMATS": ALL, "STATE_DIR": "state"}))
    sizes = {path.suffix: path.stat().st_size for path in (tmp_path / "reports").iterdir()}
    assert sizes[".json"] > 1_000_000
    assert sizes[".html"] < 1_000_000
    guests = json.loads(next(tmp_path.glob("reports/*.json")).read_text())["guests"]
    assert max(len(str(guest["name"])) for guest in guests) >= 1_000_000


HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "X-Mailer",
    "Content-Language", "Content-Transfer-Encoding", "X-Auto-Response-Suppress", "Importance", "X-Priority",
}  # fmt: skip


@pytest.mark.parametrize("theme", ["mail", "xml", "word"])
def test_a_cluster_whose_name_attacks_is_named_in_mail_webhook_and_chat_and_nothing_more(
    theme: str, tmp_path: Path
) -> None:
    box = Mailbox()
    with lab(2, cluster=theme) as server, smtp_server(box) as mail, receiving() as hook, receiving() as chat:
        sending = {
            "WEBHOOK_URL": f"http://127.0.0.1:{hook.port}/hook",
            "NOTIFY_URLS": f"json://127.0.0.1:{chat.port}/chat",
        }
        told(run(tmp_path, "-v", environ={**server, **mail, **sending, "REPORT_FORMATS": "html,md"}))
    (message,) = box.messages
    assert set(message.keys()) <= HEADERS
    assert box.recipients == ["one@example.org", "two@example.org"]
    inert(str(message["Subject"]))
    assert "zqx" in message["Subject"]  # a long name gives way to the answer
    assert str(message["Subject"]).startswith("[")
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    for line in str(text.get_content()).split("\r\n"):
        inert(line)
    page = str(html.get_content())
    assert not re.search(r"<(?:script|img|iframe|object|form|base)\b(?! src=\"cid:)", page, re.IGNORECASE)
    (posted,), (said,) = hook.got, chat.got
    inert(posted.body.decode("ascii"))
    assert MARK in str(json.loads(posted.body))
    inert(json.loads(said.body)["title"])
    for line in json.loads(said.body)["message"].split("\n"):
        inert(line)
    assert not {name.lower() for got in (posted, said) for name in got.headers} & {"bcc", "x-evil"}
