"""The wire: a session of requests that can only GET, keeps no cookie, and ends every answer in time.

The one other thing that can be sent is the login of ``ticket.py``, over a wire of its own.
"""

import ssl
import time
import warnings
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, InsecureRequestWarning
from urllib3.util import Retry

from pve_backup_report.collect.tls import Trust


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
        own = self.gettimeout()
        self.settimeout(left if own is None else min(own, left))
        return super().recv_into(buffer, nbytes, flags)


class _Connection(HTTPSConnection):
    """A connection whose read timeout counts for the whole answer, head and body."""

    def connect(self) -> None:
        """Connect; a handshake that takes too long is told apart from an answer that does."""
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the TLS handshake took too long") from error

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3's own answers are not http.client's
        """Wait for the answer, and start its clock."""
        if isinstance(self.sock, DeadlineSocket) and self.timeout is not None:
            self.sock.deadline = time.monotonic() + self.timeout
        return super().getresponse()


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class Wire(HTTPAdapter):
    """Sends over TLS what it may; what that is, a subclass says."""

    def __init__(self, context: ssl.SSLContext, pin: str | None, size: int) -> None:
        self._context = context
        self._pin = pin
        # The pool blocks: more threads than connections wait, instead of opening connections that are thrown away.
        super().__init__(pool_connections=4, pool_maxsize=size, pool_block=True, max_retries=Retry(0, read=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as in requests
        """Make the pools with our own TLS context."""
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context, assert_fingerprint=self._pin)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def cert_verify(self, conn: Any, *_: Any) -> None:  # noqa: ANN401 -- as in requests
        """Leave the trust to the context: requests would load its own authorities again for every connection."""
        conn.cert_reqs = self._context.verify_mode

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 -- as in requests
        """Send a request that may be sent.

        Raises:
            ValueError: it may not.
        """
        if not self.may_send(request):
            raise ValueError(f"this client does not {request.method}: it only reads")
        return super().send(request, *args, **kwargs)

    def may_send(self, request: requests.PreparedRequest) -> bool:
        """Whether a request is of the only kind that this wire carries."""
        raise NotImplementedError


class OnlyGet(Wire):
    """Sends GET over TLS, and nothing else."""

    def may_send(self, request: requests.PreparedRequest) -> bool:
        """Whether a request is a GET."""
        return request.method == "GET"


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find no redirect in any answer: requests prepares the next request even when it is not to send it."""


def open_session(
    base_urls: tuple[str, ...], trust: Trust, auth: requests.auth.AuthBase, size: int, wire: type[Wire] = OnlyGet
) -> requests.Session:
    """Return a session that threads may share.

    requests keeps one changing thing in a session, the cookies, and here none is ever kept; the pool below is made for
    threads. So one session serves them all, and a connection that one thread has opened is used by the next.

    Args:
        base_urls: the addresses that will be asked.
        trust: whom to trust.
        auth: signs each request.
        size: connections at a time.
        wire: what may be sent.

    Raises:
        ValueError: the fingerprint is not one of SHA-256.
        OSError: the CA file cannot be read, or holds no certificate.
    """
    pin = trust.pin
    context = trust.context()
    context.sslsocket_class = DeadlineSocket
    session = _Session()
    session.trust_env = False  # no proxy, .netrc or CA from the environment
    session.auth = auth
    # A PVEAuthCookie would win over the token, so none is taken and none is sent.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers = requests.structures.CaseInsensitiveDict(
        {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "pve-backup-report"}
    )
    session.adapters.clear()
    session.mount("https://", wire(context, pin, size))
    session.verify = context.verify_mode is not ssl.CERT_NONE
    if not session.verify and pin is None:
        # The user said so, and is warned about it once at each run; urllib3 would do it at each connection.
        for url in base_urls:
            warnings.filterwarnings(
                "ignore",
                f"Unverified HTTPS request is being made to host '{urlsplit(url).hostname}'",
                InsecureRequestWarning,
            )
    return session
