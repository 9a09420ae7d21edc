"""The fake behaves as a Proxmox does, so that what works with it works with one."""

import gzip
import http.client
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fake_proxmox import CANARY, FakeProxmox, Reply, refused
from fake_proxmox.asking import client_of
from fake_proxmox.traffic import node_of

DATA = {"version": "9.2.11"}
TOKEN = {"Authorization": f"PVEAPIToken=root@pam!full={CANARY}"}


@pytest.fixture
def fake() -> Iterator[FakeProxmox]:
    with FakeProxmox({"/version": DATA}) as server:
        yield server


def raw(
    fake: FakeProxmox,
    path: str = "/api2/json/version",
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: str | None = None,
) -> tuple[int, str, bytes]:
    """Status, reason and body of a request that our client could not make."""
    context = ssl.create_default_context(cafile=fake.ca_bundle)
    connection = http.client.HTTPSConnection("localhost", fake.port, context=context, timeout=5)
    try:
        connection.request(method, path, body, dict(TOKEN if headers is None else headers))
        answer = connection.getresponse()
        return answer.status, answer.reason, answer.read()
    finally:
        connection.close()


def test_it_starts_and_ends_at_once() -> None:
    began = time.monotonic()
    with FakeProxmox():
        pass
    assert time.monotonic() - began < 1  # some 40 ms, on a machine that has nothing else to do


@pytest.mark.parametrize(
    "path",
    ["/a%2Fb?x=1&y=a%20b", "/a/b?y=a+b&x=1", "/a/b?y=a%20b&x=1", "/%61/b?x=%31&y=a%20b"],
)
def test_order_and_encoding_do_not_matter(fake: FakeProxmox, path: str) -> None:
    fake.answer("/a/b?x=1&y=a b", "found")
    assert json.loads(raw(fake, f"/api2/json{path}")[2]) == {"data": "found"}


def test_the_query_matters(fake: FakeProxmox) -> None:
    fake.answer("/a?x=1", "found")
    assert raw(fake, "/api2/json/a?x=2")[0] == 501
    assert raw(fake, "/api2/json/a")[0] == 501


@pytest.mark.parametrize(
    "header",
    [
        "",
        CANARY,
        f"PVEAPIToken=root@pam!full={CANARY}x",
        "PVEAPIToken=root@pam!full=",
        f"PVEAPIToken=root@pam={CANARY}",
        f"PVEAPIToken=root@pam!full:{CANARY}",
        f"PBSAPIToken=root@pam!full:{CANARY}",
    ],
)
def test_another_token_gets_401_with_an_empty_body(fake: FakeProxmox, header: str) -> None:
    assert raw(fake, headers={"Authorization": header}) == (401, "Authentication failed!", b"")


@pytest.mark.parametrize(
    "header",
    [
        f"PVEAPIToken=root@pam!full={CANARY}",
        f"PVEAPIToken root@pam!full={CANARY}",
        f"PVEAPIToken=root%40pam!full%3D{CANARY}; other=1",
    ],
)
def test_the_token_is_read_as_proxmox_reads_it(fake: FakeProxmox, header: str) -> None:
    assert raw(fake, headers={"Authorization": header})[0] == 200


def test_a_cookie_wins_over_the_token(fake: FakeProxmox) -> None:
    assert raw(fake, headers={**TOKEN, "Cookie": "PVEAuthCookie=x"})[0] == 401


def test_a_refusal_of_the_token_takes_its_time() -> None:
    with FakeProxmox(refusal_delay_s=0.2) as fake:
        began = time.monotonic()
        raw(fake, headers={})
        assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
def test_another_method_is_noted_and_refused(fake: FakeProxmox, method: str) -> None:
    assert raw(fake, method=method)[:2] == (501, f"Method '{method} /version' not implemented")
    assert fake.requests[0].method == method


def test_a_get_with_a_body_is_refused(fake: FakeProxmox) -> None:
    assert raw(fake, body="x")[:2] == (501, "Unexpected content for method 'GET'")


def test_an_unknown_path_is_not_implemented(fake: FakeProxmox) -> None:
    assert raw(fake, "/api2/json/x")[:2] == (501, "Method 'GET /x' not implemented")
    assert raw(fake, "/")[2].startswith(b"<!DOCTYPE html>")


def test_a_pbs_answers_in_its_own_way() -> None:
    with FakeProxmox(product="PBS") as fake:
        token = {"Authorization": f"PBSAPIToken=root@pam!full:{CANARY}"}
        assert raw(fake, headers=token) == (404, "Not Found", b"Path '/version' not found.")
        assert raw(fake, headers={})[0] == 401


def test_routes_see_the_path_and_the_query(fake: FakeProxmox) -> None:
    def page(path: str, query: dict[str, str]) -> object:
        start, limit = int(query.get("start", 0)), int(query.get("limit", 50))
        return Reply(body=json.dumps({"data": list(range(100))[start : start + limit], "total": path}).encode())

    fake.answer("/nodes/pve1/tasks", page)
    fake.answer("/nodes/pve1/tasks?limit=1", "exact")
    body = json.loads(raw(fake, "/api2/json/nodes/pve1/tasks?start=98&limit=5")[2])
    assert body == {"data": [98, 99], "total": "/nodes/pve1/tasks"}
    assert json.loads(raw(fake, "/api2/json/nodes/pve1/tasks?limit=1")[2]) == {"data": "exact"}


def test_one_callable_can_answer_everything() -> None:
    class Answered:
        status, reason, content_type, body = 403, "Not for you", "text/plain", "no"

    answers: dict[str, object] = {"/data": [1], "/reply": refused(500, "bad\nluck"), "/answered": Answered()}
    with FakeProxmox(lambda path, query: {**answers, "/query": query}[path]) as fake:
        assert raw(fake, "/api2/json/data")[2] == b'{"data": [1]}'
        assert raw(fake, "/api2/json/reply")[:2] == (500, "bad")
        assert raw(fake, "/api2/json/answered") == (403, "Not for you", b"no")
        assert raw(fake, "/api2/json/query?a=1&b=")[2] == b'{"data": {"a": "1", "b": ""}}'


def test_null_is_an_answer(fake: FakeProxmox) -> None:
    fake.answer("/null", None)
    assert raw(fake, "/api2/json/null") == (200, "OK", b'{"data": null}')


def test_a_recording_is_played_back(tmp_path: Path) -> None:
    answer = {
        "status": 500,
        "reason": "storage 'é' is off",
        "content_type": "application/json",
        "body": '{"data":null}',
    }
    file = tmp_path / "recording.json.gz"
    file.write_bytes(gzip.compress(json.dumps({"token": "a@pve!b", "responses": {"/x?b=2&a=1": answer}}).encode()))
    with FakeProxmox.from_recording(file) as fake, client_of(fake) as client:
        assert client.get("/x?a=1&b=2").error == "HTTP 500 storage 'é' is off"
        assert fake.requests[0].headers["authorization"].startswith("PVEAPIToken=a@pve!b=")


def test_a_fault_strikes_where_and_as_often_as_it_is_told(fake: FakeProxmox) -> None:
    fake.answer("/other", 1)
    fake.fail(Reply(500, "once"), "/version", times=1)
    fake.fail(Reply(500, "then"), "/version")
    assert [raw(fake)[1] for _ in range(3)] == ["once", "then", "then"]
    assert raw(fake, "/api2/json/other")[0] == 200
    fake.heal()
    assert raw(fake)[0] == 200


def test_the_node_of_a_path_is_the_one_that_answers_it() -> None:
    assert [node_of(path) for path in ("/nodes/pve1/time", "/nodes", "/version")] == ["pve1", "", ""]


def test_each_node_has_its_workers_and_the_journal_knows_all() -> None:
    paths = [f"/nodes/{node}/{number}" for node in ("pve1", "pve2") for number in range(6)]
    with (
        FakeProxmox(dict.fromkeys(paths, 1), latency_s=0.5, workers=3) as fake,
        client_of(fake) as client,
        ThreadPoolExecutor(12) as threads,
    ):
        assert all(answer.ok for answer in threads.map(client.get, paths))
        assert (fake.traffic.peak_of("pve1"), fake.traffic.peak_of("pve2")) == (3, 3)
        assert 6 < fake.peak <= 12
    # Only now has every request ended: a client has its answer before the fake has written the end down.
    requests = fake.requests
    assert {(request.method, request.path, request.status) for request in requests} == {
        ("GET", path, 200) for path in paths
    }
    first = min(request.began for request in requests)
    assert sorted(request.ended - first >= 0.95 for request in requests) == [False] * 6 + [True] * 6


def test_connections_are_kept_for_a_hundred_requests_and_errors_end_them(fake: FakeProxmox) -> None:
    with client_of(fake) as client:
        for _ in range(100):
            client.get("/version")
        assert fake.connections == 1
        client.get("/version")
        assert fake.connections == 2
        client.get("/nothing")
        client.get("/version")
        assert fake.connections == 3


def test_what_is_large_is_packed_when_that_is_asked_for(fake: FakeProxmox) -> None:
    fake.answer("/large", "x" * 2000)
    packed = raw(fake, "/api2/json/large", {**TOKEN, "Accept-Encoding": "gzip"})[2]
    assert gzip.decompress(packed) == raw(fake, "/api2/json/large")[2]
    assert len(packed) < 200
