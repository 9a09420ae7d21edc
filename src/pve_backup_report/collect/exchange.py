"""One exchange with one address: a request goes out, and whatever comes of it is an answer."""

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead
from urllib.parse import urlsplit

from urllib3.exceptions import DecodeError, HTTPError

from pve_backup_report.collect.answer import HttpResponse
from pve_backup_report.collect.failure import failure
from pve_backup_report.collect.response import Response
from pve_backup_report.collect.server import ApiServer
from pve_backup_report.collect.tls import explain, presented_fingerprint
from pve_backup_report.collect.transport import Wire
from pve_backup_report.model.answer import Answer, AnswerKind

_LONGEST_CONNECT_S = 10.0
_CHUNK = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_FORM = "application/x-www-form-urlencoded"
_HEADERS: Mapping[str, str] = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "pve-backup-report",
}
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

    def __init__(self, server: ApiServer, read: Callable[[HttpResponse], Answer], *, wire: type[Wire]) -> None:
        """Prepare; nothing is sent yet.

        Args:
            server: whom to ask.
            read: turns what came into an answer.
            wire: what may be sent.

        Raises:
            ValueError: the fingerprint or the CA file cannot be used.
        """
        self._server = server
        self._answer = read
        self._connect_s = min(server.timeout_s, _LONGEST_CONNECT_S)
        try:
            self._wire = wire(server.trust, self._connect_s, server.timeout_s, server.meter.add_connection)
        except ValueError as error:
            raise ValueError(f"{server.prefix}_TLS_FINGERPRINT {error}") from None
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise ValueError(f"{server.prefix}_CA_BUNDLE cannot be read, or holds no certificate ({reason})") from None

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def send(self, base: str, path: str, *, method: str = "GET", form: str | None = None) -> Try:
        """Send a request, and wait for what comes of it.

        Args:
            base: the address that it goes to, to be named when it fails.
            path: below the address, percent-encoded, with its query.
            method: of the request.
            form: what is posted, url-encoded.
        """
        if form is None:
            headers = {**_HEADERS, **self._server.authorization.headers()}
        else:
            headers = {**_HEADERS, "Content-Type": _FORM, "Content-Length": str(len(form))}
        began = time.monotonic()
        try:
            response, connection = self._wire.send(base, method, path, headers, (form or "").encode())
            try:
                return self._read(response, of_log="/log?" in path)
            finally:
                self._wire.give_back(base, connection, response)
        except (HTTPException, HTTPError, OSError) as error:
            return self._failed(base, error)
        finally:
            self._server.meter.add_request(time.monotonic() - began)

    def _read(self, response: Response, *, of_log: bool) -> Try:
        longest = self._server.longest_body
        body = bytearray()
        length = response.length
        error = f"HTTP {response.status}, but the answer is larger than {longest} bytes"
        too_large = Try(Answer(AnswerKind.TOO_LARGE, response.status, error=error))
        if length is not None and length > longest:
            return too_large
        for chunk in _unpacked(response):
            body += chunk
            if len(body) > longest:
                return too_large
        self._server.meter.add_body(len(body) if length is None else length, len(body))
        came = HttpResponse(
            response.status,
            response.reason or "",
            bytes(body),
            response.head.get("content-type", ""),
            response.head.get("location", ""),
            of_log,
        )
        answer = self._answer(came)
        retries = _STATUS_RETRIES.get(came.status, 0)
        return Try(answer, retries, _retry_after_s(response.head.get("retry-after", "")))

    def _failed(self, base: str, error: Exception) -> Try:
        """Turn an exception into an answer; the exception ends here, for it holds what the server sent."""
        server = self._server
        found = failure(error, prefix=server.prefix, connect_s=self._connect_s, answer_s=server.timeout_s)
        url = urlsplit(base)
        text = found.text
        if found.kind is AnswerKind.TLS:
            presented = presented_fingerprint(url.hostname or "", url.port or 443, self._connect_s)
            text = explain(found.tls, server.trust, server.prefix, presented)
        return Try(Answer(found.kind, error=f"{url.netloc}: {text}"), found.retries)


def _unpacked(response: Response) -> Iterator[bytes]:
    """Yield the body piece by piece, each of a bounded size however tightly it was packed.

    Raises:
        DecodeError: it says that it is packed, and is not.
        IncompleteRead: it ended too early.
    """
    if response.head.get("content-encoding", "").lower() not in ("gzip", "x-gzip"):
        while chunk := response.read(_CHUNK):
            yield chunk
        _whole(response)
        return
    unpack = zlib.decompressobj(_GZIP)
    try:
        while packed := response.read(_CHUNK):
            while packed and not unpack.eof:
                yield unpack.decompress(packed, _CHUNK)
                packed = unpack.unconsumed_tail
    except zlib.error as error:
        raise DecodeError(str(error)) from None
    _whole(response)
    if not unpack.eof:
        raise IncompleteRead(b"")


def _whole(response: Response) -> None:
    """See that as much came as was announced: read in pieces, the standard library does not complain."""
    if response.length:
        raise IncompleteRead(b"", response.length)


def _retry_after_s(value: str) -> float | None:
    """Return the seconds of a ``Retry-After`` header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
