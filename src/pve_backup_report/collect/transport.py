"""The wire: TLS connections that are kept and used again, can only GET, and end every answer in time.

The one other thing that can be sent is the login of ``ticket.py``, over a wire of its own.

urllib3 connects and checks the certificate, the standard library reads what comes back. What lies above both in urllib3
and requests (pools, sessions, redirects, cookies, proxies) would take two thirds of the time of a question, and none of
it is wanted here.
"""

import errno
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError

from pve_backup_report.collect.response import Response
from pve_backup_report.collect.tls import Trust

_HTTPS = 443


class DeadlineSocket(ssl.SSLSocket):
    """A TLS socket that can be read until a point in time.

    A socket's own timeout starts anew with every byte, so a server that sends one byte a second would never hit it.
    """

    deadline: float = float("inf")
    """When reading ends, in seconds of the monotonic clock."""

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 -- as in ssl
        """Read into ``buffer``, like every socket; ``TimeoutError`` after the deadline."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.settimeout(left)
        return super().recv_into(buffer, nbytes, flags)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Read before the handshake: ``ssl`` looks so whether the other side is gone, and forgets to close what it was.

        Nothing else reads this way.
        """
        try:
            return super().recv(buflen, flags)
        except OSError as error:
            if error.errno not in (errno.ENOTCONN, errno.EINVAL):  # after these ``ssl`` goes on
                self.close()
            raise


class Connection(HTTPSConnection):
    """One connection to one address; its read timeout counts for the whole answer, head and body."""

    sock: DeadlineSocket

    def connect(self) -> None:
        """Connect; a handshake that takes too long is told apart from an answer that does."""
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the TLS handshake took too long") from error

    def exchange(self, method: str, sent: bytes, answer_s: float) -> Response:
        """Send a request as it is, and return the answer with its head read.

        Args:
            method: of the request.
            sent: the request, head and body.
            answer_s: seconds for all of the answer.
        """
        self.sock.settimeout(answer_s)
        self.sock.sendall(sent)
        self.sock.deadline = time.monotonic() + answer_s
        response = Response(self.sock, method=method)
        try:
            response.begin()
        except BaseException:
            response.close()
            raise
        return response


class Wire(ABC):
    """Connections to the addresses of one API; which requests they carry, a subclass says. Threads may share it."""

    def __init__(self, trust: Trust, connect_s: float, answer_s: float, connected: Callable[[], None]) -> None:
        """Prepare to connect; nothing is sent yet.

        Args:
            trust: whom to trust.
            connect_s: seconds that a connection may take.
            answer_s: seconds that a whole answer may take.
            connected: called after each new connection.

        Raises:
            ValueError: the fingerprint is not one of SHA-256.
            OSError: the CA file cannot be read, or holds no certificate.
        """
        self._pin = trust.pin
        self._context = trust.context()
        self._context.sslsocket_class = DeadlineSocket
        self._connect_s = connect_s
        self._answer_s = answer_s
        self._connected = connected
        self._lock = threading.Lock()
        self._idle: dict[str, deque[Connection]] = defaultdict(deque)
        self._closed = False

    @abstractmethod
    def may_send(self, method: str, target: str) -> bool:
        """Whether a request is of the only kind that this wire carries."""

    def send(
        self, base: str, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> "tuple[Response, Connection]":
        """Send a request, and return its answer, of which the head is read, with the connection to be given back.

        Args:
            base: the address, such as ``https://pve1:8006/api2/json``.
            method: of the request.
            path: below the address, percent-encoded, with its query.
            headers: all but ``Host``.
            body: for a login.

        Raises:
            ValueError: this wire carries no such request.
            OSError, HTTPError, HTTPException: no answer came; see ``failure``.
        """
        url = urlsplit(base)
        target = url.path + path
        if not self.may_send(method, target):
            raise ValueError(f"this client does not {method}: it only reads")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {url.netloc}", *map(": ".join, headers.items()), "", ""]
        head = "\r\n".join(lines)
        if not head.count("\r") == head.count("\n") == len(lines) - 1:
            raise ValueError("a line break in the head of a request")
        sent = head.encode("ascii") + body
        kept = self._kept(base)
        if kept is not None:
            try:
                return kept.exchange(method, sent, self._answer_s), kept
            except (RemoteDisconnected, ConnectionError, ssl.SSLEOFError):
                # pveproxy closes a connection after five idle seconds: this one went while we began to use it
                kept.close()
            except BaseException:
                kept.close()
                raise
        fresh = Connection(
            url.hostname or "",
            url.port or _HTTPS,
            timeout=self._connect_s,
            ssl_context=self._context,
            assert_fingerprint=self._pin,
        )
        try:
            fresh.connect()
            self._connected()
            return fresh.exchange(method, sent, self._answer_s), fresh
        except BaseException:
            fresh.close()
            raise

    def give_back(self, base: str, connection: "Connection", response: Response) -> None:
        """Keep a connection for the next question, if its answer was read to the end and it is to stay open."""
        with self._lock:
            nothing_left = response.isclosed() and not connection.sock.pending()
            if nothing_left and not response.will_close and not self._closed:
                self._idle[base].append(connection)
                return
        self.drop(connection, response)

    def drop(self, connection: "Connection", response: Response) -> None:
        """Close a connection on which something may be left that nobody asked for."""
        response.close()
        connection.close()

    def close(self) -> None:
        """Close all connections that are not in use, and those in use when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, defaultdict(deque)
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def _kept(self, base: str) -> "Connection | None":
        """Return an open connection, the one that was used last; those that the server has closed are let go."""
        while True:
            with self._lock:
                if not self._idle[base]:
                    return None
                connection = self._idle[base].pop()
            if connection.is_connected:
                return connection
            connection.close()


class OnlyGet(Wire):
    """Sends GET over TLS, and nothing else."""

    def may_send(self, method: str, target: str) -> bool:  # noqa: ARG002 -- any target will do
        """Whether a request is a GET."""
        return method == "GET"
