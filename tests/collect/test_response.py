"""A head is read to what the standard library reads, and refused where there is none."""

import io
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hostile.patience import examples
from pve_backup_report.collect.response import Response

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer

STATUS = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 596 ", b"HTTP/1.1 403", b"HTTP/1.1 204 Nothing"]
)
STATUS |= st.just(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 500 Permission check failed (\xc3\xa9)")
FIELD = st.sampled_from(
    [
        b"Content-Length: 4",
        b"content-length:12",
        b"Content-Length: -1",
        b"Content-Length: four",
        b"Transfer-Encoding: chunked",
        b"Connection: Keep-Alive",
        b"CONNECTION:close",
        b"Connection: x,\r\n\tclose",
        b"Content-Type: application/json;charset=UTF-8",
        b"Location: a: b",
        b"Retry-After:  7 ",
        b"X:",
    ]
)
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
BODY = b"4\r\nbody\r\n0\r\n\r\n"


class Pieces(io.BytesIO):
    """What comes in pieces of a size."""

    def __init__(self, came: bytes, size: int) -> None:
        super().__init__(came)
        self._size = size

    def readinto(self, buffer: "WriteableBuffer") -> int:
        return super().readinto(memoryview(buffer)[: self._size])


class Wire:
    """Stands for a socket on which that comes."""

    def __init__(self, came: bytes, size: int) -> None:
        self._came = came
        self._size = size

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(cast("io.RawIOBase", Pieces(self._came, self._size)))


def read(kind: type[HTTPResponse], came: bytes, size: int = 10**6) -> tuple[object, ...]:
    response = kind(cast("socket.socket", Wire(came, size)), method="GET")
    response.begin()
    state = response.status, response.reason, response.version, response.chunked, response.length, response.will_close
    names = ("content-type", "location", "retry-after", "content-encoding")
    head = response.head if isinstance(response, Response) else response.headers
    fields = tuple((head.get(name) or "").strip() for name in names)
    return (*state, *fields, response.read())


@examples(300)
@given(
    STATUS,
    st.lists(FIELD, max_size=5),
    st.sampled_from([b"\r\n", b"\n"]),
    st.one_of(st.integers(1, 40), st.just(10**6)),
)
@example(b"HTTP/1.1 200 OK", [b"Content-Length: 4", b"Content-Length: 12"], b"\r\n", 10**6)
@example(b"HTTP/1.1 200 OK", [b"Content-Length: 4\n", b"Content-Length: 12"], b"\r\n", 10**6)
@example(b"HTTP/1.1 200 OK", [b"Content-Length: 4"], b"\r\n", 41)
def test_a_sound_head_is_read_as_by_the_standard_library(
    status: bytes, fields: list[bytes], end: bytes, size: int
) -> None:
    came = end.join([status, *fields, b"", BODY])
    try:
        right = read(HTTPResponse, came)
    except HTTPException as error:
        with pytest.raises(type(error)):
            read(Response, came, size)
    else:
        assert read(Response, came, size) == right


@pytest.mark.parametrize(
    "came",
    [
        b"<html>",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 -20 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 \xb2\xb2\xb2 OK\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
def test_what_is_no_head_is_refused(came: bytes) -> None:
    with pytest.raises(HTTPException):
        read(Response, came)


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_a_head_that_ends_anywhere_is_a_connection_that_was_closed(cut: int) -> None:
    with pytest.raises(RemoteDisconnected):
        read(Response, WHOLE[:cut])


def test_what_is_told_of_an_answer_to_come_is_not_the_answer() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    assert read(Response, early + WHOLE + b"body") == read(Response, WHOLE + b"body")


@pytest.mark.parametrize("size", [b"-1", b"-5", b"0x4", b"+4", b"zz", b"", b"f" * 16])
def test_a_piece_of_the_body_has_a_size(size: bytes) -> None:
    with pytest.raises(HTTPException):
        read(Response, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\nbody\r\n0\r\n\r\n")
