"""What comes of one request, byte by byte: what is asked again, and which connection is used again."""

import gc
import gzip
import select
import socket
import ssl
import struct
import warnings
from pathlib import Path

import pytest

from fake_proxmox import certificates
from fake_proxmox.asking import QUICK
from fake_proxmox.scripted import ScriptedServer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer
from pve_backup_report.collect.tls import Trust
from pve_backup_report.collect.transport import DeadlineSocket
from pve_backup_report.collect.unread import Unread
from pve_backup_report.model.answer import Answer, AnswerKind

LOG = "/nodes/pve1/tasks/UPID:x/log?start=0&limit=50"
LINES = b'{"data":[{"n":1,"t":"INFO: starting"}],"total":1}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
BROKEN = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nHTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"


def asked(server: ScriptedServer, folder: Path, *paths: str, longest_body: int = 10**6) -> list[Answer]:
    """Ask one after another, reading what comes unread."""
    authority = folder / "ca.pem"
    authority.write_bytes(certificates.good().authority)
    token = Authorization.for_pve("a@pve!b", "s")
    trust = Trust(ca_bundle=authority)
    with ApiClient(ApiServer((server.url,), token, trust=trust, patience=QUICK, longest_body=longest_body)) as client:
        answers = [client.get(path) for path in paths]
        return [answer.data.read() if isinstance(answer.data, Unread) else answer for answer in answers]


def test_after_a_broken_answer_the_connection_is_not_used_again(tmp_path: Path) -> None:
    with ScriptedServer(BROKEN + b'{"data": 13}', WHOLE % (11, b'{"data": 1}')) as server:
        broken, right = asked(server, tmp_path, "/version", "/pools")
    assert (broken.kind, right.kind, right.data) == (AnswerKind.UNREACHABLE, AnswerKind.OK, 1)
    assert (server.asked, server.connections) == (2, 2)


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_that_only_the_end_of_the_connection_ends_is_asked_again_when_it_is_cut(
    tmp_path: Path, *, packed: bool
) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + (b"Content-Encoding: gzip\r\n" if packed else b"") + b"\r\n"
    body = gzip.compress(LINES) if packed else LINES
    with ScriptedServer(head + body[:-9], head + body, last=(0, 1)) as server:
        (answer,) = asked(server, tmp_path, LOG)
    if packed:
        assert (answer.kind, server.asked) == (AnswerKind.OK, 2)
    else:  # nobody can know that it was longer, but it is no JSON
        assert (answer.kind, server.asked) == (AnswerKind.NOT_JSON, 1)


def test_a_long_list_that_is_cut_in_its_packing_is_asked_again(tmp_path: Path) -> None:
    body = gzip.compress(b'{"data":[' + b",".join(b'{"vmid":%d}' % (vmid * 7919) for vmid in range(9_000)) + b"]}")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    with ScriptedServer(head % (len(body) - 9) + body[:-9], head % len(body) + body) as server:
        (answer,) = asked(server, tmp_path, "/cluster/resources")
    assert (answer.kind, server.asked) == (AnswerKind.OK, 2)
    assert isinstance(answer.data, list)
    assert len(answer.data) == 9_000


def test_a_log_that_cannot_be_unpacked_is_a_gap(tmp_path: Path) -> None:
    body = b"no gzip at all"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    with ScriptedServer(head % len(body) + body) as server:
        (answer,) = asked(server, tmp_path, LOG)
    assert (answer.kind, answer.data) == (AnswerKind.NOT_JSON, None)


@pytest.mark.parametrize("status", [b"200 OK", b"503 Busy"])
@pytest.mark.parametrize("path", ["/version", LOG])
def test_what_is_too_large_is_asked_once(tmp_path: Path, path: str, status: bytes) -> None:
    large = (WHOLE % (50, b"x" * 50)).replace(b"200 OK", status)
    with ScriptedServer(large, large) as server:
        (answer,) = asked(server, tmp_path, path, longest_body=20)
    assert (answer.kind, server.asked) == (AnswerKind.TOO_LARGE, 1)


def test_what_is_larger_than_8_mib_is_read_as_well(tmp_path: Path) -> None:
    text = b'{"data": "' + b"x" * (9 * 1024**2) + b'"}'
    packed = gzip.compress(text, 1)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    with ScriptedServer(WHOLE % (len(text), text), head % len(packed) + packed) as server:
        plain, unpacked = asked(server, tmp_path, "/a", "/b", longest_body=10**8)
    assert plain.data == unpacked.data == "x" * (9 * 1024**2)
    assert server.connections == 1


def test_bytes_that_follow_an_answer_are_no_answer_to_the_next_question(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    text = b'{"data": "' + b"x" * (8192 - len(head % 8150) - 12) + b'"}'
    first = head % len(text) + text
    assert len(first) == 8192  # as much as is read at a time: the rest of the record stays in the TLS layer
    with ScriptedServer(first + WHOLE % (12, b'{"data": 13}'), WHOLE % (11, b'{"data": 1}')) as server:
        _, answer = asked(server, tmp_path, "/version", "/pools")
    assert answer.data == 1
    assert server.connections == 2


def test_a_connection_that_is_reset_before_the_handshake_is_closed() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.sslsocket_class = DeadlineSocket
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = socket.create_connection(listening.getsockname())
        theirs, _ = listening.accept()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()  # with a reset instead of a farewell
        assert select.select([ours], [], [], 10)[0]
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            with pytest.raises(ConnectionResetError):
                context.wrap_socket(ours)
            gc.collect()
    assert [str(warning.message) for warning in told] == []
