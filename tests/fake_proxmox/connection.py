"""One connection to the fake: reads requests as pveproxy does, and sends replies in the manner they ask for."""

import gzip
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from fake_proxmox.reply import How, Reply
from fake_proxmox.traffic import Request

if TYPE_CHECKING:
    from fake_proxmox.server import Wire

_ZIPPED_ABOVE = 1024
_FIRST_ERROR = 400


class Connection(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Wire"

    def setup(self) -> None:
        self._answered = 0
        super().setup()

    def _serve(self) -> None:
        fake = self.server.fake
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        request = Request(
            self.command,
            unquote(url.path).removeprefix("/api2/json"),
            query,
            {name.lower(): value for name, value in self.headers.items()},
            time.monotonic(),
            body=self.rfile.read(int(self.headers.get("Content-Length", "0"))),
        )
        fake.traffic.note(request)
        with fake.traffic.served(request):
            reply = fake.reply_to(request, below_api=url.path.startswith("/api2/json/"))
            request.status = reply.status
            self._answered += 1
            if reply.status >= _FIRST_ERROR or self._answered >= fake.requests_per_connection:
                self.close_connection = True
            self._send(reply)

    # BaseHTTPRequestHandler looks its methods up by these names.
    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _serve  # noqa: N815 -- names of http.server

    def _send(self, reply: Reply) -> None:
        head, body = self._head_and_body(reply)
        match reply.how:
            case How.WHOLE | How.PACKED:
                self.wfile.write(head + body)
            case How.CUT:
                self.wfile.write(head + body[: len(body) // 2])
                self.close_connection = True
            case How.RESET:
                self._tear_down()
            case How.GARBLE:
                self.wfile.write(head + body[: len(body) // 2])
                self._tear_down(b"\x16\x03\x03" + b"no TLS " * 99, linger=True)
            case How.IMPOSTOR:
                self.server.fake.impostor = True
                self._tear_down()
            case How.HANG:
                self.server.fake.over.wait()
                self.close_connection = True
            case How.DRIP:
                self.wfile.write(head)
                self._drip(body, reply.pause_s)
            case How.DRIP_HEAD:
                self._drip(head + body, reply.pause_s)

    def _head_and_body(self, reply: Reply) -> tuple[bytes, bytes]:
        body = reply.body
        headers = [*reply.headers]
        asked = self.headers.get("Accept-Encoding", "")
        if "gzip" in asked and len(body) > _ZIPPED_ABOVE and reply.how is How.WHOLE:
            body = gzip.compress(body, 1)
            headers.append(("Content-Encoding", "gzip"))
        if reply.content_type:
            headers.append(("Content-Type", reply.content_type))
        headers.append(("Content-Length", str(len(body))))
        headers.append(("Connection", "close" if self.close_connection else "Keep-Alive"))
        lines = [f"HTTP/1.1 {reply.status} {reply.reason}", *(f"{name}: {value}" for name, value in headers), "", ""]
        return "\r\n".join(lines).encode(), b"" if self.command == "HEAD" else body

    def _drip(self, content: bytes, pause_s: float) -> None:
        self.close_connection = True
        for byte in content:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:  # the client has had enough
                return
            if self.server.fake.over.wait(pause_s):
                return

    def _tear_down(self, last: bytes = b"", *, linger: bool = False) -> None:
        self.close_connection = True
        with socket.socket(fileno=self.connection.detach()) as bare:
            if last:
                bare.sendall(last)
            if linger:
                return
            # A close without lingering sends a reset.
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gives it
        """Stay silent: the journal has it all."""
