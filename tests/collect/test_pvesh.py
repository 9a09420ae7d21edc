"""The client that asks through pvesh: its exact command lines, its failures as answers, and the totals it works out."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fake_pvesh import FakePvesh, Words
from fake_pvesh.api import Api
from pve_backup_report.collect.pvesh import PveshClient
from pve_backup_report.model.answer import Answer, AnswerKind

UPID = "UPID:pve1:0004C7A1:009B2F3C:69A6E2D0:vzdump:100:root@pam:"


def ask(api: Api, path: str = "/version", *, timeout_s: float = 20.0, longest_body: int = 1_000_000) -> Answer:
    with FakePvesh(api) as fake, client_of(fake, timeout_s=timeout_s, longest_body=longest_body) as client:
        answer = client.get(path)
        assert fake.wrong == []
    return answer


def client_of(fake: FakePvesh, *, timeout_s: float = 20.0, longest_body: int = 1_000_000) -> PveshClient:
    return PveshClient((str(fake.command),), timeout_s=timeout_s, longest_body=longest_body)


def saying(**words: object) -> Api:
    return lambda _path, _query: Words(**words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/version", ("/version", {})),
        ("/nodes/pve1/qemu/100/config?current=1", ("/nodes/pve1/qemu/100/config", {"current": "1"})),
        (
            "/nodes/pve1/storage/nas/prunebackups?prune-backups=keep-all%3D1",
            ("/nodes/pve1/storage/nas/prunebackups", {"prune-backups": "keep-all=1"}),
        ),
        ("/access/permissions?path=%2Fpool%2Fb%3B%24%28id%29", ("/access/permissions", {"path": "/pool/b;$(id)"})),
        (f"/nodes/pve1/tasks/{UPID.replace(':', '%3A').replace('@', '%40')}/log?start=0&limit=10",
         (f"/nodes/pve1/tasks/{UPID}/log", {"start": "0", "limit": "11"})),
    ],
)  # fmt: skip
def test_a_question_becomes_one_command_line(path: str, asked: tuple[str, dict[str, str]]) -> None:
    with FakePvesh(lambda _path, _query: []) as fake, client_of(fake) as client:
        assert client.get(path).ok
        assert fake.asked == [asked]
        assert fake.wrong == []


def test_the_environment_is_small_and_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "canary")
    with FakePvesh(lambda _path, _query: {}) as fake, client_of(fake) as client:
        client.get("/version")
        assert [sorted(environ) for environ in fake.environs] == [["LC_ALL", "PATH"]]


@pytest.mark.parametrize(
    "path",
    [
        "/nodes/pve1/tasks/x;reboot/log",
        "/nodes/pve1/tasks/$(id)/log",
        "/nodes/pve1/tasks/a%2F..%2Fb/log",
        "/nodes/pve1/tasks/a%0Ab/log",
        "/nodes/-oProxyCommand=x/time",
        "/cluster/backup/a%20b/included_volumes",
        "/nodes//time",
        "/version?limit=--noproxy",
        "/version?--noproxy=1",
        "/version?path=a%00b",
    ],
)
def test_a_name_that_a_shell_of_another_node_would_read_is_never_asked_for(path: str) -> None:
    with FakePvesh(lambda _path, _query: {}) as fake, client_of(fake) as client:
        answer = client.get(path)
        assert fake.asked == []
    assert answer.kind is AnswerKind.HTTP_STATUS
    assert "not asked" in (answer.error or "")


SUDO = "sudo: a password is required\n"
SSH = "ssh: connect to host 10.0.0.2 port 22: No route to host\n"
PROXY = "proxy handler failed: command 'ssh -o 'BatchMode=yes' root@10.0.0.2 -- pvesh' failed: exit code 255\n"
FAILURES: dict[str, tuple[str, int, AnswerKind, int | None, str]] = {
    "403": (
        "403 Permission check failed (/, Sys.Audit)\n",
        255,
        AnswerKind.REFUSED,
        403,
        "pvesh: 403 Permission check",
    ),
    "400": ("400 Parameter verification failed.\nlimit: bad\n", 255, AnswerKind.HTTP_STATUS, 400, "limit: bad"),
    "404": ("No 'get' handler defined for '/x'\n", 1, AnswerKind.HTTP_STATUS, 501, "handler"),
    "plain": ("pool 'gone' does not exist\n", 255, AnswerKind.HTTP_STATUS, None, "pool 'gone' does not exist"),
    "other node down": (SSH + PROXY, 255, AnswerKind.HTTP_STATUS, 595, "No route to host"),
    "other node silent": (PROXY, 255, AnswerKind.HTTP_STATUS, 595, "proxy handler failed"),
    "other node's own": ("storage 'nas' is not online\n" + PROXY, 255, AnswerKind.HTTP_STATUS, None, "is not online"),
    "other node's 403": ("403 Permission check failed\n" + PROXY, 255, AnswerKind.REFUSED, 403, "pvesh: 403"),
    "not root": ("please run as root\n", 255, AnswerKind.AUTHENTICATION, None, "PVE_PVESH_COMMAND"),
    "no password": (SUDO, 1, AnswerKind.AUTHENTICATION, None, "--print-setup pvesh"),
    "not allowed": ("Sorry, user x is not allowed to execute 'y'", 1, AnswerKind.AUTHENTICATION, None, "not allowed"),
    "no cluster": ("ipcc_send_rec[1] failed: Connection refused\n", 255, AnswerKind.UNREACHABLE, None, "pve-cluster"),
    "silent": ("", 3, AnswerKind.HTTP_STATUS, None, "exit code 3"),
    "binary": ("\udcff\udcfe\x1b[31m\n", 1, AnswerKind.HTTP_STATUS, None, "pvesh: "),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_the_answer_that_http_would_give(name: str) -> None:
    err, code, kind, status, told = FAILURES[name]
    answer = ask(saying(err=err.encode("utf-8", "replace").decode(), code=code, out="[1]"))
    assert (answer.kind, answer.status, answer.data) == (kind, status, None)
    assert told in (answer.error or "")
    assert "\n" not in (answer.error or "")
    assert "\x1b" not in (answer.error or "")


def test_an_error_of_any_length_is_cut() -> None:
    assert len(ask(saying(err="x" * 5000, code=1)).error or "") <= 500


def test_a_warning_beside_an_answer_is_no_failure_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    answer = ask(saying(out='{"version": "9.2"}', err="perl: warning: Setting locale failed.\n"))
    assert (answer.ok, answer.status, answer.data) == (True, None, {"version": "9.2"})
    assert "Setting locale failed" in caplog.text


@pytest.mark.parametrize("out", ["[1, 2", "Connection to pve2 closed.", '{"a": NaN}', "[" * 100_000, "\udcff"])
def test_rubbish_is_not_json(out: str) -> None:
    assert ask(saying(out=out)).kind is AnswerKind.NOT_JSON


def test_nothing_at_all_is_no_data() -> None:
    assert ask(saying(out="\n")).kind is AnswerKind.NO_DATA


def test_names_of_every_language_arrive_and_half_characters_cannot_break_a_file() -> None:
    assert ask(saying(out='["Zürich 日本", "\\ud800"]')).data == ["Zürich 日本", "\ufffd"]


def test_too_large_an_answer_is_given_up() -> None:
    assert ask(saying(out='"' + "x" * 50_000 + '"'), longest_body=10_000).kind is AnswerKind.TOO_LARGE


def test_a_run_that_hangs_is_ended_and_named() -> None:
    began = time.monotonic()
    answer = ask(saying(hang=True), timeout_s=1.0)
    assert time.monotonic() - began < 8
    assert (answer.kind, answer.error) == (AnswerKind.TIMEOUT, "pvesh: no whole answer within 1 s (PVE_TIMEOUT)")


@pytest.mark.parametrize("command", ["/nowhere/pvesh", "/etc/passwd", "/"])
def test_a_machine_without_pvesh_is_told(command: str) -> None:
    answer = PveshClient((command,)).get("/version")
    assert answer.kind is AnswerKind.UNREACHABLE
    assert "PVE_PVESH_COMMAND" in (answer.error or "")


def listing(length: int) -> Callable[[str, dict[str, str]], list[dict[str, int]]]:
    """A list or a log of this length, cut as pvesh cuts it: no word of how long it is."""

    def api(_path: str, query: dict[str, str]) -> list[dict[str, int]]:
        start = int(query.get("start", 0))
        return [{"n": at} for at in range(start, min(length, start + int(query.get("limit", 50))))]

    return api


@pytest.mark.parametrize(
    ("length", "query", "rows", "total"),
    [
        (0, "", 0, None),
        (30, "", 30, 30),
        (50, "", 50, 50),
        (51, "", 50, 51),
        (5000, "limit=5000", 5000, 5000),
        (5001, "limit=5000", 5000, 5001),
        (12_345, "limit=5000", 5000, 12_345),
        (12_345, "limit=5000&start=5000", 5000, 12_345),
        (12_345, "limit=1&start=12344", 1, 12_345),
        (7, "limit=3", 3, 7),
    ],
)
def test_a_shortened_list_of_tasks_tells_its_total_as_http_does(
    length: int, query: str, rows: int, total: int | None
) -> None:
    answer = ask(listing(length), f"/nodes/pve1/tasks{'?' if query else ''}{query}")
    assert isinstance(answer.data, list)
    assert (len(answer.data), answer.total) == (rows, total)


@pytest.mark.parametrize(
    ("length", "start", "rows", "total"),
    [(10, 0, 10, 10), (100, 0, 100, 100), (101, 0, 100, None), (101, 100, 1, 101), (100, 100, 0, 100), (0, 0, 0, None)],
)
def test_a_page_of_a_log_tells_the_total_only_where_the_log_ends(
    length: int, start: int, rows: int, total: int | None
) -> None:
    answer = ask(listing(length), f"/nodes/pve1/tasks/{UPID}/log?start={start}&limit=100")
    assert isinstance(answer.data, list)
    assert (len(answer.data), answer.total) == (rows, total)


def test_a_list_whose_next_page_fails_is_a_failure_and_not_a_short_list() -> None:
    rows = listing(6000)
    answer = ask(
        lambda path, query: rows(path, query) if query["start"] == "0" else Words(err="broken\n", code=255),
        "/nodes/pve1/tasks?limit=5000",
    )
    assert (answer.kind, answer.data) == (AnswerKind.HTTP_STATUS, None)


def test_closing_ends_what_still_runs() -> None:
    with FakePvesh(saying(hang=True)) as fake:
        client = client_of(fake)
        answers: list[Answer] = []
        thread = threading.Thread(target=lambda: answers.append(client.get("/version")))
        thread.start()
        deadline = time.monotonic() + 10
        while not fake.children and time.monotonic() < deadline:
            time.sleep(0.02)
        client.close()
        thread.join(10)
        assert [answer.ok for answer in answers] == [False]
        assert client.get("/version").kind is AnswerKind.UNREACHABLE
        (child,) = fake.children
        while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not Path(f"/proc/{child}").exists()
