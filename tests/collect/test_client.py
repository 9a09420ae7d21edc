"""The client asks with GET only, as Proxmox wants to be asked, and every answer is a value."""

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox, Reply, refused
from fake_proxmox.asking import client_of
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer
from pve_backup_report.collect.log_body import LogTexts
from pve_backup_report.collect.unread import Unread
from pve_backup_report.model.answer import Answer, AnswerKind

VERSION = {"version": "9.2.11", "release": "9.2"}
JSON = "application/json;charset=UTF-8"
RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded"


@pytest.fixture
def fake() -> Iterator[FakeProxmox]:
    with FakeProxmox({"/version": VERSION}) as server:
        yield server


@pytest.fixture
def client(fake: FakeProxmox) -> Iterator[ApiClient]:
    with client_of(fake) as made:
        yield made


def test_an_answer_carries_its_data(client: ApiClient) -> None:
    assert client.get("/version") == Answer(AnswerKind.OK, 200, VERSION)


def test_the_total_beside_the_data_is_kept(fake: FakeProxmox, client: ApiClient) -> None:
    fake.answer("/a", Reply(body=b'{"data": [], "total": 7}'))
    fake.answer("/b", Reply(body=b'{"data": [], "total": "8"}'))
    fake.answer("/c", Reply(body=b'{"data": [], "total": true}'))
    assert [client.get(path).total for path in ("/a", "/b", "/c")] == [7, 8, None]


def test_null_data_is_an_answer_and_no_data_is_none(fake: FakeProxmox, client: ApiClient) -> None:
    fake.answer("/null", Reply(body=b'{"data": null}'))
    fake.answer("/none", Reply.no_data())
    fake.answer("/list", Reply(body=b"[1]"))
    assert client.get("/null") == Answer(AnswerKind.OK, 200, None)
    assert client.get("/none").kind is AnswerKind.NO_DATA
    assert client.get("/list").kind is AnswerKind.NO_DATA


def test_a_query_can_stand_in_the_path_and_in_the_parameters(fake: FakeProxmox, client: ApiClient) -> None:
    fake.answer("/nodes/pve1/tasks?typefilter=vzdump&limit=5&start=2", ["found"])
    assert client.get("/nodes/pve1/tasks?start=2", {"limit": 5, "typefilter": "vzdump"}).data == ["found"]
    assert client.get("/nodes/pve1/tasks?limit=5&typefilter=vzdump&start=2").data == ["found"]


def test_percent_encoding_in_a_path_survives(fake: FakeProxmox, client: ApiClient) -> None:
    upid = "UPID:pve1:00002DF2:00043139:6AE7EEA5:vzdump::root@pam:"
    fake.answer(f"/nodes/pve1/tasks/{upid}/status?start=0", ["line"])
    encoded = upid.replace(":", "%3A").replace("@", "%40")
    assert client.get(f"/nodes/pve1/tasks/{encoded}/status", {"start": 0}).data == ["line"]
    fake.answer("/nodes/pve1/storage/s/prunebackups?prune-backups=keep-all%3D1", ["archive"])
    assert client.get("/nodes/pve1/storage/s/prunebackups", {"prune-backups": "keep-all=1"}).data == ["archive"]


def test_a_hash_or_a_line_break_in_a_path_does_not_cut_the_question(fake: FakeProxmox, client: ApiClient) -> None:
    client.get("/pools/a#b\nX-Evil: 1")
    assert fake.requests[0].path == "/pools/a#b\nX-Evil: 1"
    assert "x-evil" not in fake.requests[0].headers


def test_a_path_begins_with_a_slash(client: ApiClient) -> None:
    with pytest.raises(ValueError, match="begins with /"):
        client.get("version")


def test_a_question_longer_than_proxmox_reads_is_not_asked(fake: FakeProxmox, client: ApiClient) -> None:
    answer = client.get("/pools", {"poolid": "x" * 9000})
    assert answer.kind is AnswerKind.TOO_LARGE
    assert "8 KiB" in str(answer.error)
    assert fake.requests == ()


@pytest.mark.parametrize("suffix", ["", "/", "/api2/json", "/api2/json/"])
def test_the_address_may_or_may_not_name_the_api(fake: FakeProxmox, suffix: str) -> None:
    with client_of(fake, urls=(fake.url + suffix,)) as client:
        assert client.get("/version").ok


@pytest.mark.parametrize(
    "url",
    [
        "http://pve1:8006",
        "pve1:8006",
        "https://",
        "https://root:hunter2@pve1",
        "https://pve1/?token=hunter2",
        "ftp://x",
    ],
)
def test_an_address_that_would_betray_the_token_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ValueError, match="PBS01_API_URL must") as raised:
        ApiClient(ApiServer((url,), Authorization.for_pbs("a@pbs!b", "s"), prefix="PBS01"))
    assert "hunter2" not in str(raised.value)


def test_no_address_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="PVE_API_URL names no address"):
        ApiClient(ApiServer((), Authorization.for_pve("a@pve!b", "s")))


def test_only_get_exists(client: ApiClient, fake: FakeProxmox) -> None:
    public = {name for name in dir(client) if not name.startswith("_")}
    assert public == {"get", "close", "meet", "host"}
    for verb in ("POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"):
        with pytest.raises(ValueError, match="it only reads"):
            client._exchange._wire.send(f"{fake.url}/api2/json", verb, "/version", {})  # noqa: SLF001 -- even by the back door
    assert fake.requests == ()


def test_the_headers_are_few_and_ask_for_json_and_gzip(fake: FakeProxmox, client: ApiClient) -> None:
    client.get("/version")
    headers = fake.requests[0].headers
    assert headers["accept-encoding"] == "gzip"
    assert headers["accept"] == "application/json"
    assert headers["authorization"] == f"PVEAPIToken=root@pam!full={fake.secret}"
    assert headers.keys() == {"host", "accept", "accept-encoding", "authorization", "user-agent"}


def test_a_packed_answer_is_unpacked(fake: FakeProxmox, client: ApiClient) -> None:
    fake.answer("/big", ["x" * 100] * 1000)
    assert client.get("/big").data == ["x" * 100] * 1000


@pytest.mark.parametrize("secret", ["a;b", "50%", "%41", "é€", "a b", " a ", "a\r\nX-Evil: 1", "a=b:c!d@e", '"<&>'])
@pytest.mark.parametrize("product", ["PVE", "PBS"])
def test_every_secret_arrives_as_it_is(product: str, secret: str) -> None:
    with FakeProxmox({"/version": VERSION}, secret=secret, product=product) as fake, client_of(fake) as client:
        assert client.get("/version").ok
        assert "x-evil" not in fake.requests[0].headers


def test_pbs_takes_a_colon_between_id_and_secret() -> None:
    with FakeProxmox({"/version": VERSION}, product="PBS", token_id="audit@pbs!mon") as fake, client_of(fake) as client:
        assert client.get("/version").ok
        assert fake.requests[0].headers["authorization"] == f"PBSAPIToken=audit@pbs!mon:{fake.secret}"


def test_cookies_are_neither_kept_nor_sent(fake: FakeProxmox, client: ApiClient) -> None:
    cookie = "PVEAuthCookie=evil; Path=/; Secure"
    fake.fail(Reply.of(VERSION).with_header("Set-Cookie", cookie), times=2)
    assert [client.get("/version").ok for _ in range(3)] == [True] * 3
    assert all("cookie" not in request.headers for request in fake.requests)


def test_the_environment_is_not_trusted(fake: FakeProxmox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login root password evil\n")
    for name, value in {
        "NETRC": str(netrc),
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
        "REQUESTS_CA_BUNDLE": str(tmp_path / "nothing"),
        "CURL_CA_BUNDLE": str(tmp_path / "nothing"),
    }.items():
        monkeypatch.setenv(name, value)
    with client_of(fake) as client:
        assert client.get("/version").ok


def test_a_redirect_is_an_error_that_names_the_host_and_nobody_follows_it(fake: FakeProxmox, client: ApiClient) -> None:
    with FakeProxmox({"/version": VERSION}) as other:
        fake.fail(Reply.redirect(f"{other.url}/api2/json/version?stolen=1"))
        answer = client.get("/version")
        assert answer.kind is AnswerKind.HTTP_STATUS
        assert answer.status == 302
        assert f"redirects to 127.0.0.1:{other.port}, which is not followed" in str(answer.error)
        assert "stolen" not in str(answer.error)
        assert other.connections == 0


@pytest.mark.parametrize(
    ("target", "told"),
    [("/login", "another path of the same host"), ("http://[::1", "makes no sense"), ("https:///x", "same host")],
)
def test_an_odd_redirect_is_an_error_as_well(fake: FakeProxmox, client: ApiClient, target: str, told: str) -> None:
    fake.fail(Reply.redirect(target))
    assert told in str(client.get("/version").error)


def test_many_threads_share_a_few_connections(fake: FakeProxmox) -> None:
    for number in range(400):
        fake.answer(f"/n/{number}", number)
    with client_of(fake) as client, ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: client.get(f"/n/{number}"), range(400)))
    assert [answer.data for answer in answers] == list(range(400))
    assert fake.peak <= 4
    # Each is used 100 times, as pveproxy allows; 4 x 100.
    assert 4 <= fake.connections <= 8


def test_a_connection_that_the_server_has_closed_meanwhile_is_replaced() -> None:
    with FakeProxmox({"/version": VERSION}, idle_s=0.05) as fake, client_of(fake) as client:
        assert client.get("/version").ok
        threading.Event().wait(0.15)
        assert client.get("/version").ok
        assert fake.connections == 2


def test_debug_lines_tell_method_path_status_and_time_only(client: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/version")
    client.get("/no%0Asuch")
    lines = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert [line.rsplit(" ", 2)[0] for line in lines] == ["GET /version 200", "GET /no%0Asuch 501"]
    assert {record.levelno for record in caplog.records} == {logging.DEBUG}


def test_a_refused_token_gets_advice_with_the_right_names() -> None:
    with FakeProxmox(product="PBS") as fake:
        wrong = Authorization.for_pbs(fake.token_id, "wrong")
        with client_of(fake, authorization=wrong, prefix="PBS01") as client:
            answer = client.get("/version")
    assert (answer.kind, answer.status) == (AnswerKind.AUTHENTICATION, 401)
    assert str(answer.error).startswith("HTTP 401 Unauthorized: authentication failed - invalid credentials. (check ")
    assert "PBS01_API_TOKEN_ID and PBS01_API_TOKEN_SECRET" in str(answer.error)


def test_what_lies_outside_the_api_is_not_taken_for_an_answer(fake: FakeProxmox) -> None:
    with client_of(fake, urls=(f"{fake.url}/pve",)) as client:
        answer = client.get("/version")
    assert answer.kind is AnswerKind.NOT_JSON
    assert answer.error == "HTTP 200, but not JSON (text/html); check that PVE_API_URL leads to the API"


def test_a_refusal_is_told_as_proxmox_words_it(fake: FakeProxmox, client: ApiClient) -> None:
    fake.answer("/x", refused(403, "Permission check failed (/storage/x, Datastore.Audit)"))
    fake.answer("/down", Reply(595, "No route to host", b"", ""))
    assert client.get("/x") == Answer(
        AnswerKind.REFUSED, 403, error="HTTP 403 Permission check failed (/storage/x, Datastore.Audit)"
    )
    assert client.get("/down") == Answer(AnswerKind.HTTP_STATUS, 595, error="HTTP 595 No route to host")


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not beside this checkout")
def test_every_recorded_answer_is_read_as_it_was_sent() -> None:
    files = sorted(RECORDED.glob("*.json.gz"))
    assert files
    for turn, file in enumerate(files):
        # They ask much the same; each path is read from one of them or another.
        responses = dict(list(json.loads(gzip.decompress(file.read_bytes()))["responses"].items())[turn :: len(files)])
        with FakeProxmox.from_recording(file) as fake, client_of(fake) as client, ThreadPoolExecutor(8) as threads:
            answers = dict(zip(responses, threads.map(client.get, responses), strict=True))
        for path, recorded in responses.items():
            answer = answers[path]
            answer = answer.data.read() if isinstance(answer.data, Unread) else answer
            assert answer.status == recorded["status"], path
            if recorded["status"] == 200:
                sent = json.loads(recorded["body"])["data"]
                if isinstance(answer.data, LogTexts):
                    sent = [line["t"] for line in sent]
                assert answer.data == sent, path
            else:
                line = f"HTTP {recorded['status']} {' '.join(recorded['reason'].split())}"
                assert str(answer.error).startswith(line.rstrip(".")[:499]), path
