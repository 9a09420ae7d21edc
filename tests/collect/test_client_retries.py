"""The client asks again where that can help, no longer than allowed, and goes to the next address before the first."""

import gc
import socket
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from fake_proxmox import FakeProxmox, How, Reply, certificates
from fake_proxmox.asking import client_of
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer, Patience
from pve_backup_report.collect.tls import Trust
from pve_backup_report.model.answer import AnswerKind

DATA = {"version": "9.2.11"}
LONG = list(range(100))


@pytest.fixture
def fake() -> Iterator[FakeProxmox]:
    with FakeProxmox({"/version": DATA, "/long": LONG}) as server:
        yield server


@pytest.fixture
def client(fake: FakeProxmox) -> Iterator[ApiClient]:
    with client_of(fake) as made:
        yield made


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        *((status, 3) for status in (429, 502, 503, 504, 596, 597, 598, 599)),
        (595, 2),
        *((status, 1) for status in (301, 400, 401, 403, 404, 408, 500, 501, 505, 204, 600)),
    ],
)
def test_a_status_is_asked_again_only_if_it_may_pass(
    fake: FakeProxmox, client: ApiClient, status: int, asked: int
) -> None:
    fake.fail(Reply(status, "Trouble"))
    answer = client.get("/version")
    assert answer.status == status
    assert answer.kind is not AnswerKind.OK
    assert len(fake.requests) == asked


@pytest.mark.parametrize(
    "reply", [Reply(503, "Busy"), Reply(595, "No route to host"), Reply.reset(), Reply.of(LONG).sent(How.CUT)]
)
def test_what_passes_leaves_no_trace(fake: FakeProxmox, client: ApiClient, reply: Reply) -> None:
    fake.fail(reply, times=1)
    assert client.get("/long").data == LONG
    assert len(fake.requests) == 2


@pytest.mark.parametrize("reply", [Reply.reset(), Reply.of(LONG).sent(How.CUT)])
def test_a_connection_that_breaks_each_time_is_given_up(fake: FakeProxmox, client: ApiClient, reply: Reply) -> None:
    fake.fail(reply)
    answer = client.get("/long")
    assert answer.kind is AnswerKind.UNREACHABLE
    assert "closed the connection before its answer was whole" in str(answer.error)
    assert len(fake.requests) == 3


@pytest.mark.parametrize(
    "reply", [Reply.hang(), Reply.of(LONG).sent(How.DRIP, 0.01), Reply.of(LONG).sent(How.DRIP_HEAD, 0.01)]
)
def test_neither_silence_nor_a_trickle_holds_the_client_for_longer_than_the_timeout(
    fake: FakeProxmox, reply: Reply
) -> None:
    fake.fail(reply)
    with client_of(fake, timeout_s=0.2) as client:
        began = time.monotonic()
        answer = client.get("/long")
        took = time.monotonic() - began
    assert answer.kind is AnswerKind.TIMEOUT
    assert answer.error == f"127.0.0.1:{fake.port}: no whole answer within 0.2 s (PVE_TIMEOUT)"
    assert len(fake.requests) == 2, "a slow question is asked once more, not oftener"
    assert 0.4 <= took < 2.5


def test_the_last_byte_of_a_trickle_is_not_waited_for_beyond_the_timeout(fake: FakeProxmox) -> None:
    fake.fail(Reply.of(LONG).sent(How.DRIP_HEAD, 0.35))
    with client_of(fake, timeout_s=0.4) as client:
        began = time.monotonic()
        assert client.get("/long").kind is AnswerKind.TIMEOUT
    assert time.monotonic() - began < 1.2, "two tries of 0.4 s; the second byte after 0.35 s is not followed by a third"


def test_a_slow_answer_that_ends_in_time_is_an_answer(fake: FakeProxmox) -> None:
    fake.fail(Reply.of("slow").sent(How.DRIP_HEAD, 0.001))
    with client_of(fake, timeout_s=5) as client:
        assert client.get("/version").data == "slow"


def test_a_timeout_of_one_question_does_not_shorten_the_next(fake: FakeProxmox) -> None:
    with client_of(fake, timeout_s=0.5) as client:
        fake.latency_s = 0.3
        for _ in range(2):
            assert client.get("/version").ok
        assert fake.connections == 1


def test_an_answer_larger_than_allowed_is_not_read_to_its_end(fake: FakeProxmox) -> None:
    fake.fail(Reply.huge(50_000_000))
    with client_of(fake, longest_body=1_000_000) as client:
        answer = client.get("/version")
    assert (answer.kind, answer.status) == (AnswerKind.TOO_LARGE, 200)
    assert answer.error == "HTTP 200, but the answer is larger than 1000000 bytes"
    assert len(fake.requests) == 1


def test_the_pauses_grow_and_the_servers_wish_is_honoured_up_to_a_limit() -> None:
    patience = Patience(attempts=5, pause_s=0.5, longest_pause_s=10)
    assert [patience.before(attempt, None) for attempt in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert patience.before(1, 4.0) == 4.0
    assert patience.before(3, 1.0) == 2.0
    assert patience.before(1, 3600.0) == 10.0


@pytest.mark.parametrize(
    ("header", "heeded"), [("1", True), ("+1 h", True), ("-1 h", False), ("-1", False), ("?", False)]
)
def test_retry_after_is_read_as_seconds_or_as_a_date(fake: FakeProxmox, header: str, *, heeded: bool) -> None:
    if header.endswith(" h"):
        header = format_datetime(datetime.now(UTC) + timedelta(hours=int(header[:2])))
    fake.fail(Reply(429, "Too Many Requests").with_header("Retry-After", header), times=1)
    with client_of(fake, patience=Patience(3, 0.01, 0.5)) as client:
        began = time.monotonic()
        assert client.get("/version").ok
    assert (time.monotonic() - began >= 0.5) is heeded


def test_the_next_address_is_asked_when_the_first_cannot_be_reached(fake: FakeProxmox) -> None:
    dead = f"https://127.0.0.1:{closed_port()}"
    with client_of(fake, urls=(dead, fake.url)) as client:
        assert [client.get("/version").ok for _ in range(3)] == [True] * 3
    assert len(fake.requests) == 3


def test_the_next_address_is_asked_when_the_first_is_not_trusted(fake: FakeProxmox) -> None:
    with FakeProxmox({"/version": "first"}, certificate=certificates.wrong_host()) as first:
        with client_of(fake, urls=(first.url, fake.url)) as client:
            assert client.get("/version").data == DATA
        assert first.failed_handshakes
        assert first.requests == ()


@pytest.mark.parametrize("reply", [Reply.reset(), Reply.hang()])
def test_the_next_address_is_asked_when_the_first_gives_no_answer(fake: FakeProxmox, reply: Reply) -> None:
    with FakeProxmox({"/version": "first"}) as first:
        first.fail(reply)
        with client_of(fake, urls=(first.url, fake.url), timeout_s=0.3) as client:
            assert client.get("/version").data == DATA
            first.heal()
            assert client.get("/version").data == DATA, "the address that answered stays the one"


def test_an_address_that_has_answered_is_kept_even_when_it_falls_silent(fake: FakeProxmox) -> None:
    with FakeProxmox({"/version": "first"}) as first, client_of(first, urls=(first.url, fake.url)) as client:
        assert client.get("/version").data == "first"
        first.fail(Reply.reset())
        assert client.get("/version").kind is AnswerKind.UNREACHABLE
    assert fake.requests == ()


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_refusal_is_an_answer_and_no_reason_to_try_elsewhere(fake: FakeProxmox, status: int) -> None:
    with FakeProxmox() as first:
        first.fail(Reply(status, "No"))
        with client_of(fake, urls=(first.url, fake.url)) as client:
            assert client.get("/version").status == status
    assert fake.requests == ()


def test_when_no_address_answers_all_are_told(fake: FakeProxmox) -> None:
    port = closed_port()
    urls = (f"https://nosuch.invalid:{port}", f"https://127.0.0.1:{port}", fake.url)
    with client_of(fake, urls=urls, trust=Trust()) as client:
        answer = client.get("/version")
    assert answer.kind is AnswerKind.TLS, "the nearest to an answer"
    first, second, third = str(answer.error).split("; 127.0.0.1")
    assert first == f"nosuch.invalid:{port}: the name is not known; check PVE_API_URL"
    assert second == f":{port}: connection refused; check the port in PVE_API_URL"
    assert third.startswith(f":{fake.port}: the certificate is signed by an authority that is not known here.")


def test_many_threads_settle_on_one_address(fake: FakeProxmox) -> None:
    dead = f"https://127.0.0.1:{closed_port()}"
    with client_of(fake, urls=(dead, fake.url)) as client, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.get("/version"), range(40)))
    assert all(answer.data == DATA for answer in answers)


def test_a_refused_connection_is_tried_again() -> None:
    server = ApiServer(
        (f"https://127.0.0.1:{closed_port()}",),
        Authorization.for_pve("a@pve!b", "s"),
        patience=Patience(attempts=3, pause_s=0.1),
    )
    began = time.monotonic()
    with ApiClient(server) as client:
        assert client.get("/version").kind is AnswerKind.UNREACHABLE
    assert time.monotonic() - began >= 0.3, "two pauses, of 0.1 and 0.2 s"


@contextmanager
def closed_by_us() -> Iterator[None]:
    """No connection is left for the garbage collector to close."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(warning.message) for warning in told] == []


def test_a_kept_connection_whose_answer_never_comes_is_closed(fake: FakeProxmox) -> None:
    with closed_by_us(), client_of(fake, timeout_s=0.3, patience=Patience(attempts=1)) as client:
        assert client.get("/version").ok
        fake.fail(Reply(how=How.HANG), path="/long")
        assert client.get("/long").kind is AnswerKind.TIMEOUT


def test_a_connection_in_use_is_closed_when_its_answer_is_there(fake: FakeProxmox) -> None:
    fake.latency_s = 0.3
    client = client_of(fake)
    with closed_by_us():
        with ThreadPoolExecutor(1) as other:
            answer = other.submit(client.get, "/version")
            while not fake.requests:
                time.sleep(0.01)
            client.close()
            assert answer.result(10).ok
        del client
