"""One exchange with one address: a request goes out, and whatever comes of it is an answer."""

import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import HTTPException
from threading import Lock
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from pve_backup_report.collect.answer import HttpResponse, log_answer
from pve_backup_report.collect.failure import failure
from pve_backup_report.collect.log_process import PackedLog
from pve_backup_report.collect.logs_aside import LogsAside
from pve_backup_report.collect.packed import is_longer, unpacked
from pve_backup_report.collect.response import Response
from pve_backup_report.collect.server import ApiServer
from pve_backup_report.collect.tls import explain, presented_fingerprint
from pve_backup_report.collect.transport import Connection, Wire
from pve_backup_report.collect.unread import Unread
from pve_backup_report.model.answer import Answer, AnswerKind

_LONGEST_CONNECT_S = 10.0
_CHUNK = 64 * 1024
_OK = 200
# ten times a page of a log, packed; of what is larger several at a time would fill the memory: no lane is freed for it
_LONGEST_ASIDE = 1024**2
# of answers that are larger without their packing, one at a time is unpacked and read: eight would fill the memory
_LONGEST_BESIDE = 8 * 1024**2
_ONE_LARGE = Lock()
_LOG, _OF_BACKUPS = "/log?", "%3Avzdump%3A"  # of other tasks more is read than what is kept of those
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
            return self._take(base, response, connection, path)
        except (HTTPException, HTTPError, OSError, EOFError, zlib.error) as error:
            return self._failed(base, error)
        finally:
            self._server.meter.add_request(time.monotonic() - began)

    def _take(self, base: str, response: Response, connection: Connection, path: str) -> Try:
        try:
            tried = self._read(base, response, path)
        except BaseException:  # who knows what is left on that connection
            self._wire.drop(connection, response)
            raise
        self._wire.give_back(base, connection, response)
        return tried

    def _read(self, base: str, response: Response, path: str) -> Try:
        of_log = _LOG in path
        retries = _STATUS_RETRIES.get(response.status, 0)
        pause_s = _retry_after_s(response.head.get("retry-after", ""))
        has_end = response.length is not None or response.chunked
        came = _received(response, self._server.longest_body)
        if came is None:
            return Try(self._too_large(response))
        if of_log and response.status == _OK and has_end and len(came) <= _LONGEST_ASIDE:
            aside = self._server.logs_aside if _OF_BACKUPS in path else None
            later = Unread(partial(self._read_later, base, response, came, aside))
            return Try(Answer(AnswerKind.OK, response.status, data=later), retries, pause_s)
        return Try(self._answer_in(response, came, of_log=of_log), retries, pause_s)

    def _read_later(self, base: str, response: Response, came: bytes, aside: LogsAside | None) -> Answer:
        """Read a log, of which all bytes are here: its node is already free for the next question."""
        if aside is not None:
            encoding = response.head.get("content-encoding", "")
            log = aside.read(PackedLog(came, encoding, self._server.authorization.in_data))
            if log is not None:
                self._server.meter.add_body(len(came), log.unpacked)
                return log_answer(log)
        try:
            return self._answer_in(response, came, of_log=True)
        except (EOFError, zlib.error) as error:
            return self._failed(base, error).answer

    def _too_large(self, response: Response) -> Answer:
        error = f"HTTP {response.status}, but the answer is larger than {self._server.longest_body} bytes"
        return Answer(AnswerKind.TOO_LARGE, response.status, error=error)

    def _answer_in(self, response: Response, came: bytes, *, of_log: bool) -> Answer:
        encoding, longest = response.head.get("content-encoding", ""), self._server.longest_body
        body = unpacked(came, encoding, min(_LONGEST_BESIDE, longest))
        if body is not None:
            return self._answer_of(response, came, body, of_log=of_log)
        with _ONE_LARGE:
            body = None if is_longer(came, encoding, longest) else unpacked(came, encoding, longest)
            return self._too_large(response) if body is None else self._answer_of(response, came, body, of_log=of_log)

    def _answer_of(self, response: Response, came: bytes, body: bytes, *, of_log: bool) -> Answer:
        head = response.head
        self._server.meter.add_body(len(came), len(body))
        found = HttpResponse(
            status=response.status,
            reason=response.reason,
            body=body,
            content_type=head.get("content-type", ""),
            location=head.get("location", ""),
            of_log=of_log,
        )
        return self._answer(found)

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


def _received(response: Response, longest: int) -> bytes | None:
    """Return the body as it came; None where it is longer than it may be.

    Raises:
        IncompleteRead: it ended too early.
    """
    if response.length is not None:
        return response.read() if response.length <= longest else None
    came = bytearray()
    while chunk := response.read(_CHUNK):
        came += chunk
        if len(came) > longest:
            return None
    return bytes(came)


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
