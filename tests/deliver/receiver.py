"""A receiver of webhooks, pings and chats: a real HTTP or HTTPS server that keeps what it gets."""

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from fake_proxmox import certificates


@dataclass(frozen=True, slots=True)
class Got:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Says:
    """One answer; ``hangs`` seconds before it; ``resets`` breaks the connection off instead."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"OK"
    hangs: float = 0.0
    resets: bool = False


@dataclass
class Receiver:
    """What came in; ``says`` are the answers in order, the last one for good."""

    says: tuple[Says, ...] = (Says(),)
    got: list[Got] = field(default_factory=list)
    port: int = 0
    ca_bundle: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def next(self) -> Says:
        return self.says[min(len(self.got), len(self.says)) - 1]

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.got]


def handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            receiver.got.append(Got(self.command, self.path, dict(self.headers), body))
            says = receiver.next()
            if says.hangs:
                receiver.over.wait(says.hangs)
            if says.resets:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.close_connection = True
                self.connection.close()
                return
            try:
                self.send_response(says.status)
                for name, value in says.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(says.body)))
                self.end_headers()
                self.wfile.write(says.body)
            except OSError:  # the other side waited no longer
                self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815 -- the server calls them so

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as in http.server
            del format, args

        def finish(self) -> None:
            try:
                super().finish()
            except OSError:
                return

    return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a broken connection is what some tests are about."""


@contextmanager
def receiving(*says: Says, tls: certificates.Certificate | None = None) -> Iterator[Receiver]:
    receiver = Receiver(says or (Says(),))
    server = _Quiet(("127.0.0.1", 0), handler(receiver))
    if tls is not None:
        server.socket = tls.context().wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    with TemporaryDirectory() as folder:
        if tls is not None:
            file = Path(folder, "ca.pem")
            file.write_bytes(tls.authority)
            receiver.ca_bundle = str(file)
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            server.server_close()
            thread.join()
