"""One exchange with one address: a request goes out, and whatever comes of it is an answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from pve_backup_report.collect.answer import HttpResponse
from pve_backup_report.collect.failure import failure
from pve_backup_report.collect.server import ApiServer
from pve_backup_report.collect.tls import explain, presented_fingerprint
from pve_backup_report.collect.transport import Wire, open_session
from pve_backup_report.model.answer import Answer, AnswerKind

_LONGEST_CONNECT_S = 10.0
_CHUNK = 64 * 1024
# More tries that a status is worth. 595: the node could not be connected to; 596 to 599: the connection broke off.
_STATUS_RETRIES = {429: 9, 502: 9, 503: 9, 504: 9, 595: 1, 596: 9, 597: 9, 598: 9, 599: 9}


@dataclass(frozen=True, slots=True)
class Try:
    """What one try came to.

    Attributes:
        answer: the answer so far.
        retries: how many more tries it is worth.
        retry_after_s: the pause that the server asked for.
    """

    answer: Answer
    retries: int = 0
    retry_after_s: float | None = None


class Exchange:
    """Sends requests to one API over one kind of wire. Threads may share it."""

    def __init__(
        self,
        server: ApiServer,
        bases: tuple[str, ...],
        read: Callable[[HttpResponse], Answer],
        *,
        wire: type[Wire],
        size: int,
    ) -> None:
        """Open the session; nothing is sent yet.

        Args:
            server: whom to ask.
            bases: its addresses.
            read: turns what came into an answer.
            wire: what may be sent.
            size: connections at a time.

        Raises:
            ValueError: the fingerprint or the CA file cannot be used.
        """
        self._server = server
        self._answer = read
        self._connect_s = min(server.timeout_s, _LONGEST_CONNECT_S)
        try:
            self._session = open_session(bases, server.trust, server.authorization, size, wire)
        except ValueError as error:
            raise ValueError(f"{server.prefix}_TLS_FINGERPRINT {error}") from None
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise ValueError(f"{server.prefix}_CA_BUNDLE cannot be read, or holds no certificate ({reason})") from None

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def prepare(self, request: requests.Request) -> requests.PreparedRequest:
        """Return a request as it will be sent, signed."""
        return self._session.prepare_request(request)

    def send(self, base: str, request: requests.PreparedRequest) -> Try:
        """Send a request, and wait for what comes of it.

        Args:
            base: the address that it goes to, to be named when it fails.
            request: prepared.
        """
        timeout = (self._connect_s, self._server.timeout_s)
        try:
            with self._session.send(request, timeout=timeout, allow_redirects=False, stream=True) as response:
                return self._read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            return self._failed(base, error)

    def _read(self, response: requests.Response) -> Try:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._server.longest_body:
                error = f"HTTP {response.status_code}, but the answer is larger than {self._server.longest_body} bytes"
                return Try(Answer(AnswerKind.TOO_LARGE, response.status_code, error=error))
        came = HttpResponse(
            response.status_code,
            response.reason or "",
            bytes(body),
            response.headers.get("Content-Type", ""),
            response.headers.get("Location", ""),
        )
        answer = self._answer(came)
        retries = _STATUS_RETRIES.get(came.status, 0)
        return Try(answer, retries, _retry_after_s(response.headers.get("Retry-After", "")))

    def _failed(self, base: str, error: Exception) -> Try:
        """Turn an exception into an answer; the exception ends here, for it holds the request with its token."""
        server = self._server
        found = failure(error, prefix=server.prefix, connect_s=self._connect_s, answer_s=server.timeout_s)
        url = urlsplit(base)
        text = found.text
        if found.kind is AnswerKind.TLS:
            presented = presented_fingerprint(url.hostname or "", url.port or 443, self._connect_s)
            text = explain(found.tls, server.trust, server.prefix, presented)
        return Try(Answer(found.kind, error=f"{url.netloc}: {text}"), found.retries)


def _retry_after_s(value: str) -> float | None:
    """Return the seconds of a ``Retry-After`` header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
