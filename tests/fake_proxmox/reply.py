"""What the fake sends back, and in which manner it sends it."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from typing import Protocol, Self, runtime_checkable

JSON = "application/json;charset=UTF-8"
_RECORDED = {"status", "reason", "content_type", "body"}


class How(Enum):
    """The manner of sending."""

    WHOLE = auto()
    RESET = auto()  # the connection is torn down, nothing is sent
    HANG = auto()  # nothing is sent, and the connection stays open
    CUT = auto()  # half of the body, then the end
    DRIP = auto()  # the body byte by byte
    DRIP_HEAD = auto()  # the head byte by byte
    PACKED = auto()  # whole; the body is packed by gzip already
    GARBLE = auto()  # half of the body, then bytes that are no TLS
    IMPOSTOR = auto()  # nothing, and whoever connects from now on meets another certificate


@runtime_checkable
class _Answered(Protocol):
    """What a simulator returns."""

    @property
    def status(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the fake; `pause_s` is the pause between two bytes that drip."""

    status: int = 200
    reason: str = "OK"
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    how: How = How.WHOLE
    pause_s: float = 0.02

    @classmethod
    def of(cls, value: object) -> Self:
        """A reply out of what a test writes: a Reply, a recorded answer, a simulator's answer, or plain data."""
        if isinstance(value, cls):
            return value
        if isinstance(value, Mapping) and value.keys() == _RECORDED:
            return cls(value["status"], value["reason"], value["body"].encode(), value["content_type"])
        if isinstance(value, _Answered):
            return cls(value.status, value.reason, value.body.encode(), value.content_type)
        return cls(body=json.dumps({"data": value}).encode())

    @classmethod
    def html(cls, status: int = 200, reason: str = "OK") -> Self:
        """The page of a proxy or of a web interface."""
        return cls(status, reason, b"<!DOCTYPE html><html><title>Welcome</title></html>", "text/html")

    @classmethod
    def no_data(cls) -> Self:
        """JSON that lacks what every Proxmox answer holds."""
        return cls(body=b'{"success": 1}')

    @classmethod
    def truncated(cls) -> Self:
        """JSON that ends too early, though HTTP says that it is whole."""
        return cls(body=b'{"data": [{"vmid": 100}, {"vm')

    @classmethod
    def redirect(cls, target: str) -> Self:
        """A redirect."""
        return cls(302, "Found", headers=(("Location", target),))

    @classmethod
    def huge(cls, size: int) -> Self:
        """Good JSON of at least `size` bytes, which packs to almost nothing."""
        return cls(body=b'{"data": "' + b"x" * size + b'"}')

    @classmethod
    @cache
    def bomb(cls, size: int) -> Self:
        """The same, packed once for all who ask."""
        packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        parts = [packer.compress(b'{"data": "'), *(packer.compress(b"x" * 2**20) for _ in range(size // 2**20 + 1))]
        body = b"".join((*parts, packer.compress(b'"}'), packer.flush()))
        return cls(body=body, headers=(("Content-Encoding", "gzip"),), how=How.PACKED)

    @classmethod
    def reset(cls) -> Self:
        """No reply: the connection is torn down."""
        return cls(how=How.RESET)

    @classmethod
    def hang(cls) -> Self:
        """No reply: the connection stays open until the fake ends."""
        return cls(how=How.HANG)

    def sent(self, how: How, pause_s: float = 0.02) -> "Reply":
        """The same reply, sent in another manner."""
        return replace(self, how=how, pause_s=pause_s)

    def with_header(self, name: str, value: str) -> "Reply":
        """The same reply with one more header."""
        return replace(self, headers=(*self.headers, (name, value)))


def refused(status: int, reason: str, *, errors: Mapping[str, str] | None = None, message: bool = True) -> Reply:
    """A Proxmox VE error; `message` is in the body since libpve-http-server-perl 5.2.0."""
    body: dict[str, object] = {"data": None}
    if message:
        body["message"] = f"{reason}\n"
    if errors:
        body["errors"] = dict(errors)
    return Reply(status, reason.split("\n", 1)[0], json.dumps(body).encode())
