"""Every way out at once: exit codes, who hears what, and that no secret is ever shown."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deliver.post_offices import PostOffice, free_port, open_office
from deliver.receiver import Receiver, Says, receiving
from fake_proxmox import FakeProxmox
from program.running import Outcome, run, settings_of
from simulator import PRESETS, ProxmoxApi, demo_world

ROOT = Path(__file__).resolve().parents[2]
CANARY = "canary-8842"
QUICK = {"DELIVERY_ATTEMPTS": "1", "DELIVERY_TIMEOUT": "2"}


@dataclass
class World:
    """A cluster, and all that a report can be sent to."""

    office: PostOffice
    hook: Receiver
    chat: Receiver
    watcher: Receiver
    environ: dict[str, str]


@contextmanager
def world(hook: Says | None = None, chat: Says | None = None, watcher: Says | None = None) -> Iterator[World]:
    office = PostOffice()
    with (
        FakeProxmox(ProxmoxApi(demo_world(), PRESETS["seer"])) as fake,
        open_office(office) as smtp,
        receiving(hook or Says()) as hooks,
        receiving(chat or Says()) as chats,
        receiving(watcher or Says()) as watchers,
    ):
        yield World(office, hooks, chats, watchers, {
            **settings_of(fake), **QUICK,
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp), "SMTP_SECURITY": "none",
            "MAIL_FROM": "reports@example.org", "MAIL_TO": "one@example.org",
            "WEBHOOK_URL": f"http://127.0.0.1:{hooks.port}/{CANARY}-hook", "WEBHOOK_SECRET": f"{CANARY}-key",
            "NOTIFY_URLS": f"json://127.0.0.1:{chats.port}/{CANARY}-chat",
            "PING_URL": f"http://127.0.0.1:{watchers.port}/{CANARY}-ping?rid=1",
        })  # fmt: skip


def silent_about_secrets(outcome: Outcome) -> None:
    assert CANARY not in outcome.out
    assert CANARY not in outcome.err


def reports(folder: Path) -> int:
    return len(list((folder / "reports").iterdir()))


def test_all_goes_out_and_no_secret_is_shown(tmp_path: Path) -> None:
    with world() as all_:
        outcome = run(tmp_path, "-vv", environ={**all_.environ, "PING_START": "true"})
    assert outcome.code == 0, outcome.err
    silent_about_secrets(outcome)
    assert len(all_.office.messages) == len(all_.hook.got) == len(all_.chat.got) == 1
    assert all_.watcher.paths == [f"/{CANARY}-ping/start?rid=1", f"/{CANARY}-ping?rid=1"]
    note = json.loads(all_.chat.got[0].body)
    assert note["title"].startswith("[lab] ")
    assert all_.watcher.got[1].body.decode().startswith(note["title"])
    assert json.loads(all_.hook.got[0].body)["cluster"]["name"] == "lab"


def test_the_documented_check_of_the_signature_works(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/en/delivery.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(shown, names)  # noqa: S102 -- our own documentation
    with world() as all_:
        run(tmp_path, environ=all_.environ)
    (got,) = all_.hook.got
    assert names["is_genuine"](got.headers, got.body, f"{CANARY}-key")
    assert not names["is_genuine"](got.headers, got.body + b" ", f"{CANARY}-key")
    assert not names["is_genuine"](got.headers, got.body, "other")
    stale = {**got.headers, "X-PVE-Backup-Report-Timestamp": "1000000000"}
    assert not names["is_genuine"](stale, got.body, f"{CANARY}-key")


def test_each_channel_fails_alone_and_all_failures_are_told(tmp_path: Path) -> None:
    with world(hook=Says(404), chat=Says(403)) as all_:
        outcome = run(tmp_path, "-vv", environ={**all_.environ, "SMTP_PORT": str(free_port())})
    assert outcome.code == 4
    silent_about_secrets(outcome)
    told = [line.partition(": ")[2] for line in outcome.err.splitlines() if line.startswith("ERROR: ")]
    assert [line.partition(":")[0] for line in told[:-1]] == ["mail", "webhook", "notify"]
    assert told[-1].startswith("The report is written all the same: reports/")
    assert reports(tmp_path) == 3
    (ping,) = all_.watcher.got
    assert ping.path == f"/{CANARY}-ping/fail?rid=1"
    assert all(line in ping.body.decode() for line in told)
    assert CANARY not in ping.body.decode()


def test_one_that_fails_keeps_no_other_from_being_used(tmp_path: Path) -> None:
    with world(hook=Says(500)) as all_:
        assert run(tmp_path, environ=all_.environ).code == 4
    assert (len(all_.office.messages), len(all_.chat.got)) == (1, 1)


def test_a_cluster_that_cannot_be_asked_is_pinged_as_a_failure_and_stays_exit_3(tmp_path: Path) -> None:
    with world() as all_:
        outcome = run(tmp_path, "-vv", environ={**all_.environ, "PVE_API_URL": f"https://127.0.0.1:{free_port()}"})
    assert outcome.code == 3
    silent_about_secrets(outcome)
    assert all_.watcher.paths == [f"/{CANARY}-ping/fail?rid=1"]
    assert all_.watcher.got[0].body.decode().startswith("exit code 3\n")
    assert not any((all_.office.messages, all_.hook.got, all_.chat.got))


def test_a_directory_that_cannot_be_made_is_pinged_as_a_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with world() as all_:
        assert run(tmp_path, "--output-dir", "taken/here", environ=all_.environ).code == 2
    assert all_.watcher.paths == [f"/{CANARY}-ping/fail?rid=1"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_ping_that_nobody_hears_loses_no_report(tmp_path: Path, status: int) -> None:
    with world(watcher=Says(status)) as all_:
        outcome = run(tmp_path, "-vv", environ=all_.environ)
    assert outcome.code == 4
    silent_about_secrets(outcome)
    assert "PING_URL" in outcome.err
    assert (reports(tmp_path), len(all_.office.messages)) == (3, 1)


def test_a_ping_that_nobody_hears_hides_no_worse_end(tmp_path: Path) -> None:
    with world(watcher=Says(404)) as all_:
        outcome = run(tmp_path, environ={**all_.environ, "PVE_API_URL": f"https://127.0.0.1:{free_port()}"})
    assert outcome.code == 3
    assert "PING_URL" in outcome.err


def test_a_run_with_anomalies_took_place_all_the_same(tmp_path: Path) -> None:
    with world() as all_:
        assert run(tmp_path, "--fail-on", "info", environ=all_.environ).code == 1
    assert all_.watcher.paths == [f"/{CANARY}-ping?rid=1"]


@pytest.mark.parametrize("argv", [["--no-deliver"], ["--dump-coverage"], ["--check-api"], ["--explain", "100"]])
def test_what_delivers_nothing_pings_nobody(tmp_path: Path, argv: list[str]) -> None:
    with world() as all_:
        run(tmp_path, *argv, environ={**all_.environ, "PING_START": "true"})
    assert not any((all_.watcher.got, all_.hook.got, all_.chat.got, all_.office.messages))


def test_a_change_that_is_not_known_of_is_sent(tmp_path: Path) -> None:
    change = {"MAIL_ON": "change", "WEBHOOK_ON": "change", "NOTIFY_ON": "problems"}
    with world() as all_:
        assert run(tmp_path, environ={**all_.environ, **change}).code == 0
    assert len(all_.office.messages) == len(all_.hook.got) == len(all_.chat.got) == 1


@pytest.mark.parametrize(
    ("attach", "kinds"),
    [("json", [".json"]), ("html, md", [".html", ".md"]), ("none", []), ("", [".html", ".json", ".md"])],
)
def test_what_is_attached_can_be_chosen(tmp_path: Path, attach: str, kinds: list[str]) -> None:
    with world() as all_:
        assert run(tmp_path, environ={**all_.environ, "MAIL_ATTACH": attach}).code == 0
    text = all_.office.messages[0].decode()
    assert sorted(set(re.findall(r'filename="[^"]*(\.\w+)"', text))) == kinds
    assert ("The full report is attached." in text) == bool(kinds)


def test_the_short_summary_is_no_markdown_report(tmp_path: Path) -> None:
    with world() as all_:
        chosen = {**all_.environ, "REPORT_FORMATS": "md,md-summary", "MAIL_ATTACH": "md-summary"}
        assert run(tmp_path, environ=chosen).code == 0
    names = re.findall(r'filename="([^"]*)"', all_.office.messages[0].decode())
    assert [name.partition("Z")[2] for name in names] == [".summary.md"]


def test_a_template_of_the_webhook_is_tried_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "hook.json.j2").write_text('{"text": {{ sentence | tojson }}}')
    (tmp_path / "bad.j2").write_text("{{ nosuch }}")
    with world() as all_:
        assert run(tmp_path, environ={**all_.environ, "WEBHOOK_TEMPLATE": "hook.json.j2"}).code == 0
        outcome = run(tmp_path, environ={**all_.environ, "WEBHOOK_TEMPLATE": "bad.j2"})
    assert outcome.code == 2
    assert "bad.j2, line 1" in outcome.err
    assert [set(json.loads(got.body)) for got in all_.hook.got] == [{"text"}]


# --- the test of the delivery


def test_a_test_tells_each_result_and_asks_no_cluster(tmp_path: Path) -> None:
    with world(chat=Says(403)) as all_:
        environ = {name: text for name, text in all_.environ.items() if not name.startswith("PVE_")}
        outcome = run(tmp_path, "--send-test", "-vv", environ=environ)
    assert outcome.code == 4
    silent_about_secrets(outcome)
    lines = outcome.out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["✓ mail", "✓ webhook", "✗ notify", "✓ ping"]
    mail = all_.office.messages[0].decode()
    assert "Subject: [TEST] " in mail
    assert "This is a test: no cluster was asked" in mail
    assert "[TEST]" in json.loads(all_.chat.got[0].body)["title"]
    assert json.loads(all_.hook.got[0].body)["test"] is True
    assert all_.watcher.paths == [f"/{CANARY}-ping/log?rid=1"]
    assert not (tmp_path / "reports").exists()


def test_a_test_that_arrives_everywhere_is_exit_0_also_in_french(tmp_path: Path) -> None:
    with world() as all_:
        outcome = run(tmp_path, "--send-test", "--lang", "fr", environ={**all_.environ, "MAIL_ON": "problems"})
    assert outcome.code == 0
    assert outcome.out.count("l’essai est envoyé") == 4


def test_a_test_without_a_channel_is_exit_2(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--send-test")
    assert outcome.code == 2
    assert "WEBHOOK_URL" in outcome.err


@pytest.mark.parametrize(
    "more", [["--demo"], ["--no-deliver"], ["--replay", "x"], ["--record", "x"], ["--format", "json"]]
)
def test_a_test_goes_with_nothing_that_contradicts_it(tmp_path: Path, more: list[str]) -> None:
    assert run(tmp_path, "--send-test", *more).code == 2
