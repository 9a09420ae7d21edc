"""The fake's server: its answers, its token, its faults, and the journal of what it was asked."""

import gzip
import json
import re
import socket
import socketserver
import ssl
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote

from fake_proxmox import certificates
from fake_proxmox.certificates import Certificate
from fake_proxmox.connection import Connection
from fake_proxmox.reply import Reply, refused
from fake_proxmox.tickets import TicketDesk
from fake_proxmox.traffic import Fault, Faults, Request, Traffic

CANARY = "canary-5ec2e7-0f-the-t0ken"
"""The secret of the fakes; it must not turn up anywhere."""

Route = Callable[[str, dict[str, str]], object]
_Key = tuple[str, tuple[tuple[str, str], ...]]


def key_of(path: str) -> _Key:
    """Paths are the same when they ask the same: the order of a query and the manner of encoding do not count."""
    bare, _, query = path.partition("?")
    return unquote(bare), tuple(sorted(parse_qsl(query, keep_blank_values=True)))


class Wire(socketserver.ThreadingTCPServer):
    """The listening socket; each connection has its thread, in which TLS begins as well."""

    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, fake: "FakeProxmox", context: ssl.SSLContext | None, address: str, port: int) -> None:
        self.fake = fake
        self.connections = 0
        self.failed_handshakes = 0
        self._context = context
        self._impostor = certificates.self_signed().context()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((address, port), Connection)

    def finish_request(self, request: object, client_address: object) -> None:
        """Serve one connection from its handshake to its end."""
        assert isinstance(request, socket.socket)
        request.settimeout(self.fake.idle_s)
        with self._guard:
            self.connections += 1
            self._open.add(request)
        talk = request
        try:
            if self._context:
                shown = self._impostor if self.fake.impostor else self._context
                talk = shown.wrap_socket(request, server_side=True)
                with self._guard:
                    self._open.add(talk)
            Connection(talk, client_address, self)
        except OSError:  # a client that does not trust us, or that went away
            with self._guard:
                self.failed_handshakes += talk is request
        finally:
            with self._guard:
                self._open -= {request, talk}
            talk.close()

    def hang_up(self) -> None:
        """End all connections, so that their threads end."""
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # it has ended by itself
                    continue


class FakeProxmox:
    """A Proxmox VE (or PBS) API on the loopback interface; use it with `with`.

    `answers` maps a path with its query to data, to a recorded answer, to a `Reply`, or to a callable that takes the
    path and the query; or it is one such callable for every path. A request with another token gets 401, an unknown
    path 501, any method but GET 501 as well. With a `desk` a user's password is changed for a ticket, by POST.
    """

    def __init__(
        self,
        answers: Mapping[str, object] | Route | None = None,
        *,
        token_id: str = "root@pam!full",  # noqa: S107 -- the id of a token is no secret
        secret: str = CANARY,
        product: str = "PVE",
        desk: TicketDesk | None = None,
        certificate: Certificate | None = None,
        tls: bool = True,
        newest_tls: ssl.TLSVersion | None = None,
        latency_s: float = 0.0,
        workers: int | None = None,
        refusal_delay_s: float = 0.0,
        idle_s: float = 5.0,
        requests_per_connection: int = 100,
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.address = address
        self.token_id = token_id
        self.secret = secret
        self.product = product
        self.desk = desk
        self.certificate = certificate or certificates.good()
        self.latency_s = latency_s
        self.refusal_delay_s = refusal_delay_s
        self.idle_s = idle_s
        self.requests_per_connection = requests_per_connection
        self.traffic = Traffic(workers)
        self.over = threading.Event()
        self.impostor = False
        self._faults = Faults()
        self._everything: Route | None = answers if callable(answers) else None
        self._answers: dict[_Key, object] = {}
        if isinstance(answers, Mapping):
            for path, answer in answers.items():
                self.answer(path, answer)
        context = self.certificate.context() if tls else None
        if context and newest_tls:
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = newest_tls
            context.set_ciphers("ALL:@SECLEVEL=0")
        self._wire = Wire(self, context, address, port)
        self._thread = threading.Thread(target=self._wire.serve_forever, args=(0.005,), name="fake-proxmox")
        self._folder = tempfile.TemporaryDirectory()
        self.ca_bundle = Path(self._folder.name, "ca.pem")
        self.ca_bundle.write_bytes(self.certificate.authority)

    @classmethod
    def from_recording(
        cls, path: Path, *, secret: str = CANARY, latency_s: float = 0.0, desk: TicketDesk | None = None
    ) -> Self:
        """A fake that answers as was recorded, to the same token."""
        recording = json.loads(gzip.decompress(path.read_bytes()))
        return cls(recording["responses"], token_id=recording["token"], secret=secret, latency_s=latency_s, desk=desk)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._wire.shutdown()
        self._wire.hang_up()
        self._wire.server_close()
        self._thread.join()
        self._folder.cleanup()

    @property
    def port(self) -> int:
        """The TCP port."""
        return int(self._wire.server_address[1])

    @property
    def url(self) -> str:
        """The address, without a path."""
        return f"https://{self.address}:{self.port}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate as Proxmox shows it."""
        return self.certificate.fingerprint

    @property
    def requests(self) -> tuple[Request, ...]:
        """Everything that was asked, in order."""
        return tuple(self.traffic.requests)

    @property
    def peak(self) -> int:
        """The most requests that were under way at once."""
        return self.traffic.peak

    @property
    def connections(self) -> int:
        """How many connections were opened."""
        return self._wire.connections

    @property
    def failed_handshakes(self) -> int:
        """How many connections ended before TLS began."""
        return self._wire.failed_handshakes

    def answer(self, path: str, answer: object) -> None:
        """Answer a path (with its query) from now on."""
        self._answers[key_of(path)] = answer

    def fail(self, reply: Reply, path: str | None = None, times: int | None = None) -> None:
        """Answer with `reply` instead: on one path (without its query) or on all, some times or for ever."""
        self._faults.add(Fault(reply, path, times))

    def heal(self) -> None:
        """Take all faults back."""
        self._faults.clear()
        self.impostor = False

    def reply_to(self, request: Request, *, below_api: bool) -> Reply:
        """Decide on the reply to a request."""
        self.over.wait(self.latency_s)
        fault = self._faults.strike(request.path)
        if fault:
            return fault
        if not below_api:
            return Reply.html()
        if request.method != "GET":
            return self._posted(request)
        if request.headers.get("content-length", "0") != "0":
            return refused(501, "Unexpected content for method 'GET'")
        if not self._lets_in(request):
            self.over.wait(self.refusal_delay_s)
            return self._locked_out()
        return self._right_answer(request)

    def _posted(self, request: Request) -> Reply:
        if self.desk is not None and (request.method, request.path) == ("POST", "/access/ticket"):
            return self.desk.log_in(request.body)
        return refused(501, f"Method '{request.method} {request.path}' not implemented")

    def _right_answer(self, request: Request) -> Reply:
        query = dict(request.query)
        if self._everything:
            return Reply.of(self._everything(request.path, query))
        found = self._answers.get((request.path, tuple(sorted(query.items()))))
        if found is None:
            found = self._answers.get((request.path, ()))
            found = found if callable(found) else None
        if callable(found):
            return Reply.of(found(request.path, query))
        if found is not None or (request.path, tuple(sorted(query.items()))) in self._answers:
            return Reply.of(found)
        if self.product == "PBS":
            return Reply(404, "Not Found", f"Path '{request.path}' not found.".encode())
        return refused(501, f"Method 'GET {request.path}' not implemented")

    def _lets_in(self, request: Request) -> bool:
        """The token check of pve-http-server's Formatter.pm, and of proxmox-auth-api; a cookie wins over the token."""
        if self.desk is not None and "cookie" in request.headers:
            return self.desk.lets_in(request.headers["cookie"])
        header = request.headers.get("authorization", "")
        found = re.search(rf"(?:^|\s){self.product}APIToken[= ]([^;]*)", header)
        if not found or "cookie" in request.headers:
            return False
        if self.product == "PBS":
            token_id, _, secret = found[1].partition(":")
            return (token_id, unquote(secret)) == (self.token_id, self.secret)
        return unquote(found[1]) == f"{self.token_id}={self.secret}"

    def _locked_out(self) -> Reply:
        if self.product == "PBS":
            return Reply(401, "Unauthorized", b"authentication failed - invalid credentials.")
        return Reply(401, "Authentication failed!", b"", "")
