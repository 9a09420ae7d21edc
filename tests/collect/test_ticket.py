"""A user with a password: one login, one ticket for all threads, renewed in time, and nothing else is ever posted."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest

from fake_proxmox import FakeProxmox, Reply, TicketDesk
from fake_proxmox.asking import client_of
from pve_backup_report.collect.client import ApiClient, Patience
from pve_backup_report.collect.ticket import UserPassword
from pve_backup_report.model.answer import AnswerKind

USER, PASSWORD = "report@pve", "canary-pässword&+%;="
ONCE = Patience(attempts=1)
VERSION = {"version": "9.2.11"}


@contextmanager
def door(product: str = "PVE", **desk: Any) -> Iterator[tuple[FakeProxmox, TicketDesk]]:  # noqa: ANN401 -- fields of TicketDesk
    keeper = TicketDesk({USER: PASSWORD}, product=product, **desk)
    with FakeProxmox({"/version": VERSION}, product=product, desk=keeper) as fake:
        yield fake, keeper


def user_of(product: str = "PVE", password: str = PASSWORD, **more: float) -> UserPassword:
    return UserPassword(product, USER, password, **more)


def enter(fake: FakeProxmox, user: UserPassword | None = None, **changes: Any) -> ApiClient:  # noqa: ANN401 -- fields of ApiServer
    return client_of(fake, authorization=user or user_of(fake.product), **changes)


def posted(fake: FakeProxmox) -> list[str]:
    """Everything that was not a GET, after seeing that it was the login."""
    others = [(request.method, request.path) for request in fake.requests if request.method != "GET"]
    assert set(others) <= {("POST", "/access/ticket")}
    return [path for _, path in others]


@pytest.mark.parametrize("product", ["PVE", "PBS"])
def test_a_user_is_let_in_with_one_login_for_many_questions(product: str) -> None:
    with door(product) as (fake, desk), enter(fake) as client:
        for _ in range(5):
            assert client.get("/version").data == VERSION
        assert len(posted(fake)) == 1
    assert desk.logins == ["password"]
    assert all("authorization" not in request.headers for request in fake.requests)


def test_nothing_is_posted_where_a_token_is_given() -> None:
    with door() as (fake, desk), client_of(fake) as client:
        assert client.get("/version").ok
        assert posted(fake) == []
        assert desk.logins == []


def test_threads_share_one_ticket_and_only_one_of_them_fetches_it() -> None:
    with door(pause_s=0.1) as (fake, desk), enter(fake) as client:
        answers = together(8, lambda: client.get("/version"))
        assert all(answer.ok for answer in answers)
    assert desk.logins == ["password"]


def test_an_old_ticket_is_renewed_with_itself_and_by_one_thread() -> None:
    with door(pause_s=0.05) as (fake, desk), enter(fake, user_of(renew_after_s=0.4)) as client:
        assert client.get("/version").ok
        time.sleep(0.45)
        assert all(answer.ok for answer in together(6, lambda: client.get("/version")))
    assert desk.logins == ["password", "ticket"]


def test_a_ticket_that_ran_out_unseen_is_replaced_once() -> None:
    with door() as (fake, desk), enter(fake) as client:
        assert client.get("/version").ok
        desk.revoke()
        assert all(answer.ok for answer in together(6, lambda: client.get("/version")))
    assert desk.logins == ["password", "password"]


def test_a_ticket_that_ran_out_before_it_was_renewed_is_replaced_by_the_password() -> None:
    with door(life_s=1.0) as (fake, desk), enter(fake, user_of(renew_after_s=1.1)) as client:
        assert client.get("/version").ok
        time.sleep(1.2)
        assert client.get("/version").ok
    assert desk.logins == ["password", "ticket", "password"]


def test_a_ticket_that_is_never_accepted_ends_in_the_refusal_and_not_in_login_after_login() -> None:
    with door(life_s=0.0) as (fake, desk), enter(fake) as client:
        answers = [client.get("/version") for _ in range(3)]
    assert {(answer.kind, answer.status) for answer in answers} == {(AnswerKind.AUTHENTICATION, 401)}
    assert "PVE_USERNAME" in (answers[0].error or "")
    assert desk.logins == ["password"]


@pytest.mark.parametrize("product", ["PVE", "PBS"])
def test_a_wrong_password_is_sent_once_in_a_run(product: str) -> None:
    with door(product) as (fake, desk), enter(fake, user_of(product, "wrong"), prefix=product) as client:
        answers = together(6, lambda: client.get("/version"))
        assert len(posted(fake)) == 1
        assert len(fake.requests) == 1
    assert {answer.kind for answer in answers} == {AnswerKind.AUTHENTICATION}
    error = answers[0].error or ""
    assert error.startswith("the login failed: HTTP 401 ")
    assert f"check {product}_USERNAME, with its realm" in error
    assert desk.logins == ["password"]


@pytest.mark.parametrize("product", ["PVE", "PBS"])
def test_a_second_factor_is_told_and_the_half_ticket_is_not_used(product: str) -> None:
    with door(product, second_factor=frozenset({USER})) as (fake, _), enter(fake, prefix=product) as client:
        answer = client.get("/version")
        assert client.get("/version") == answer
        assert len(fake.requests) == 1
    assert answer.kind is AnswerKind.AUTHENTICATION
    assert "asks report@pve for a second factor" in (answer.error or "")
    assert f"{product}_API_TOKEN_ID" in (answer.error or "")


def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    with door() as (fake, desk), enter(fake, urls=("https://127.0.0.1:1", fake.url)) as client:
        assert client.get("/version").ok
        assert client.get("/version").ok
    assert desk.logins == ["password"]


def test_many_threads_do_not_queue_up_to_try_what_has_just_failed() -> None:
    with door() as (fake, _):
        fake.fail(Reply.hang(), "/access/ticket")
        with enter(fake, timeout_s=0.3, patience=ONCE) as client:
            began = time.monotonic()
            answers = together(8, lambda: client.get("/version"))
            assert time.monotonic() - began < 1.5
        assert {answer.kind for answer in answers} == {AnswerKind.TIMEOUT}
        assert posted(fake) == ["/access/ticket"]


def test_a_login_that_fails_for_a_moment_is_tried_again() -> None:
    with door() as (fake, desk), enter(fake) as client:
        fake.fail(Reply(503, "Busy"), "/access/ticket", times=2)
        assert client.get("/version").ok
    assert desk.logins == ["password"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply.html(),
        Reply.of({}),
        Reply.of({"ticket": ""}),
        Reply.of({"ticket": "a\r\nb"}),
        Reply.of([]),
        Reply.redirect("/"),
    ],
    ids=["html", "nothing", "empty", "two lines", "list", "redirect"],
)
def test_a_login_that_gives_no_ticket_is_a_refusal(reply: Reply) -> None:
    with door() as (fake, _), enter(fake) as client:
        fake.fail(reply, "/access/ticket")
        answer = client.get("/version")
        assert [request.path for request in fake.requests] == ["/access/ticket"]
    assert answer.kind is AnswerKind.AUTHENTICATION
    assert "login" in (answer.error or "")


def test_the_wire_of_the_login_carries_nothing_else() -> None:
    with door() as (fake, _), enter(fake) as client:
        wire = client._office._exchange._wire  # type: ignore[union-attr]  # noqa: SLF001 -- even by the back door
        for verb, path in (("GET", "/version"), ("POST", "/nodes/pve1/status"), ("DELETE", "/access/ticket")):
            with pytest.raises(ValueError, match="it only reads"):
                wire.send(f"{fake.url}/api2/json", verb, path, {})
        with pytest.raises(ValueError, match="it only reads"):
            client._exchange._wire.send(f"{fake.url}/api2/json", "POST", "/access/ticket", {})  # noqa: SLF001 -- the same
        assert fake.requests == ()


def test_a_short_password_does_not_take_words_out_of_answers() -> None:
    desk = TicketDesk({USER: "backup"})
    notes = {"content": "backup", "notes": "Z\u00fcrich \\ud800 backup"}
    with FakeProxmox({"/storage": [notes]}, desk=desk) as fake, enter(fake, user_of(password="backup")) as client:
        assert client.get("/storage").data == [notes]


ECHOES: dict[str, Callable[[str], Reply]] = {
    "data": lambda secret: Reply.of({"notes": secret, secret: [secret]}),
    "reason": lambda secret: Reply(500, f"bad {secret.encode('ascii', 'ignore').decode()}"),
    "text": lambda secret: Reply(400, "Bad", secret.encode()),
    "locked out": lambda secret: Reply(401, "No", secret.encode()),
    "html": lambda secret: Reply(200, "OK", f"<html>{secret}".encode(), "text/html"),
}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("path", ["/version", "/access/ticket"])
def test_no_echo_brings_the_password_or_the_ticket_out(
    echo: str, path: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = []
    with door() as (fake, desk), enter(fake) as client:
        if path == "/version":
            assert client.get("/version").ok
        for secret in (PASSWORD, *desk.tickets, *desk.csrf):
            fake.heal()
            fake.fail(ECHOES[echo](secret), path)
            answer = client.get("/version")
            shown.append(f"{answer!r} {client!r}")
        shown.append(repr(client._server))  # noqa: SLF001 -- what a debugger or a log would print
        printed = capfd.readouterr()
        everything = "\n".join([*shown, caplog.text, printed.out, printed.err])
        for secret in (PASSWORD, *desk.tickets, *desk.csrf):
            assert secret not in everything
            assert quote(secret) not in everything


def together(count: int, work: Callable[[], Any]) -> list[Any]:
    """Do the same in many threads at once."""
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
