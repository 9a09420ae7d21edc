"""The client of one API, Proxmox VE or Backup Server: it can only GET, and every failure is an answer."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.utils import requote_uri
from urllib3.exceptions import HTTPError

from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.failure import failure
from pve_backup_report.collect.tls import Trust, explain, presented_fingerprint
from pve_backup_report.collect.transport import open_session
from pve_backup_report.model.answer import Answer, AnswerKind

_LOG = logging.getLogger(__name__)
_API = "/api2/json"
_LONGEST_CONNECT_S = 10.0
# pveproxy reads 8 KiB of header lines (pve-http-server PVE/APIServer/AnyEvent.pm); the rest of ours is short.
_LONGEST_QUESTION = 8 * 1024 - 512
_SHOWN_QUESTION = 100
_CHUNK = 64 * 1024
# More tries that a status is worth. 595: the node could not be connected to; 596 to 599: the connection broke off.
_STATUS_RETRIES = {429: 9, 502: 9, 503: 9, 504: 9, 595: 1, 596: 9, 597: 9, 598: 9, 599: 9}
_GRAVITY = (AnswerKind.UNREACHABLE, AnswerKind.TIMEOUT, AnswerKind.NOT_JSON, AnswerKind.TLS)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often the same question is asked, and how long the pauses are.

    Attributes:
        attempts: tries in all.
        pause_s: seconds before the second try; doubled before each further one.
        longest_pause_s: seconds that a server can make us wait with ``Retry-After``.
    """

    attempts: int = 3
    pause_s: float = 0.5
    longest_pause_s: float = 10.0

    def before(self, attempt: int, retry_after_s: float | None) -> float:
        """Return the seconds to wait before a try.

        Args:
            attempt: 1 for the second try, and so on.
            retry_after_s: what the server asked for.
        """
        return min(max(self.pause_s * float(2 ** (attempt - 1)), retry_after_s or 0.0), self.longest_pause_s)


@dataclass(frozen=True, slots=True)
class ApiServer:
    """One API: where it is, how to be let in, whom to trust.

    Attributes:
        urls: addresses of the same API, such as ``https://pve1:8006``, with or without ``/api2/json``.
        authorization: the token.
        prefix: what its settings begin with, for advice: ``PVE``, ``PBS01``.
        trust: what makes it the right server.
        timeout_s: seconds for one request, its connection apart (at most 10 s).
        concurrency: connections at a time.
        patience: how often, and when, it is asked again.
        longest_body: bytes of an unpacked answer.
    """

    urls: tuple[str, ...]
    authorization: Authorization
    prefix: str = "PVE"
    trust: Trust = field(default_factory=Trust)
    timeout_s: float = 30.0
    concurrency: int = 8
    patience: Patience = field(default_factory=Patience)
    longest_body: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Try:
    """What one try came to.

    Attributes:
        answer: the answer so far.
        retries: how many more tries it is worth.
        retry_after_s: the pause that the server asked for.
    """

    answer: Answer
    retries: int = 0
    retry_after_s: float | None = None


class ApiClient:
    """Asks one API. Threads may share it.

    Of several addresses the first that answers is asked for the rest of the run; they are nodes of one cluster, and
    say the same.
    """

    def __init__(self, server: ApiServer) -> None:
        """Make the client; nothing is asked yet.

        Args:
            server: whom to ask.

        Raises:
            ValueError: an address is not an https one, or the fingerprint or the CA file cannot be used.
        """
        self._server = server
        self._bases = tuple(_base(url, server.prefix) for url in server.urls)
        if not self._bases:
            raise ValueError(f"{server.prefix}_API_URL names no address")
        try:
            self._session = open_session(self._bases, server.trust, server.authorization, server.concurrency)
        except ValueError as error:
            raise ValueError(f"{server.prefix}_TLS_FINGERPRINT {error}") from None
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise ValueError(f"{server.prefix}_CA_BUNDLE cannot be read, or holds no certificate ({reason})") from None
        # urllib3 logs the headers that it cannot parse; a server can send the token back in one.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)
        self._connect_s = min(server.timeout_s, _LONGEST_CONNECT_S)
        # Only the address differs from question to question: preparing each afresh would take a quarter of our time.
        self._question = self._session.prepare_request(requests.Request("GET", self._bases[0]))
        self._lock = threading.Lock()
        self._settled: str | None = None

    def __repr__(self) -> str:
        return f"ApiClient({', '.join(self._bases)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """Ask one question.

        Args:
            path: below ``/api2/json``, such as ``/nodes/pve1/time``; percent-encoded, and a query may follow.
            params: more of the query.

        Returns:
            The answer; whatever went wrong is told by it.

        Raises:
            ValueError: the path does not begin with ``/``.
        """
        asked = _asked(path, params)
        if len(asked) + len(self._server.authorization) > _LONGEST_QUESTION:
            error = f"the question {asked[:_SHOWN_QUESTION]}… is longer than the 8 KiB that Proxmox reads"
            return Answer(AnswerKind.TOO_LARGE, error=error)
        patience = self._server.patience
        attempt = 0
        while True:
            tried = self._round(asked)
            if attempt >= min(tried.retries, patience.attempts - 1):
                return tried.answer
            attempt += 1
            time.sleep(patience.before(attempt, tried.retry_after_s))

    def _round(self, asked: str) -> _Try:
        """Ask the address that is known to answer, or else all in turn."""
        with self._lock:
            bases = self._bases if self._settled is None else (self._settled,)
        failed: list[_Try] = []
        for base in bases:
            tried = self._try(base, asked)
            if tried.answer.status is not None:
                with self._lock:
                    self._settled = self._settled or base
                return tried
            failed.append(tried)
        if len(failed) == 1:
            return failed[0]
        worst = max((tried.answer for tried in failed), key=lambda answer: _GRAVITY.index(answer.kind))
        error = "; ".join(tried.answer.error or "" for tried in failed)
        return _Try(replace(worst, error=error), max(tried.retries for tried in failed))

    def _try(self, base: str, asked: str) -> _Try:
        began = time.monotonic()
        tried = self._ask(base, asked)
        _LOG.debug("GET %s %s %.0f ms", asked, tried.answer.status or tried.answer.kind, _since_ms(began))
        return tried

    def _ask(self, base: str, asked: str) -> _Try:
        timeout = (self._connect_s, self._server.timeout_s)
        question = self._question.copy()
        question.url = base + asked
        try:
            with self._session.send(question, timeout=timeout, allow_redirects=False, stream=True) as response:
                return self._read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            return self._failed(base, error)

    def _read(self, response: requests.Response) -> _Try:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._server.longest_body:
                error = f"HTTP {response.status_code}, but the answer is larger than {self._server.longest_body} bytes"
                return _Try(Answer(AnswerKind.TOO_LARGE, response.status_code, error=error))
        came = HttpResponse(
            response.status_code,
            response.reason or "",
            bytes(body),
            response.headers.get("Content-Type", ""),
            response.headers.get("Location", ""),
        )
        answer = read_answer(came, self._server.authorization, self._server.prefix)
        retries = _STATUS_RETRIES.get(came.status, 0)
        return _Try(answer, retries, _retry_after_s(response.headers.get("Retry-After", "")))

    def _failed(self, base: str, error: Exception) -> _Try:
        """Turn an exception into an answer; the exception ends here, for it holds the request with its token."""
        server = self._server
        found = failure(error, prefix=server.prefix, connect_s=self._connect_s, answer_s=server.timeout_s)
        url = urlsplit(base)
        text = found.text
        if found.kind is AnswerKind.TLS:
            presented = presented_fingerprint(url.hostname or "", url.port or 443, self._connect_s)
            text = explain(found.tls, server.trust, server.prefix, presented)
        return _Try(Answer(found.kind, error=f"{url.netloc}: {text}"), found.retries)


def _asked(path: str, params: Mapping[str, str | int] | None) -> str:
    if not path.startswith("/"):
        raise ValueError(f"a path begins with /, unlike {path!r}")
    query = urlencode(params or {}, quote_via=quote, safe="")
    joined = path + ("&" if "?" in path else "?") + query if query else path
    return requote_uri(joined.replace("#", "%23"))


def _base(url: str, prefix: str) -> str:
    """Return an address with its ``/api2/json``; a wrong one is not shown, for it could hold a password."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"{prefix}_API_URL must begin with https:// and name a host: the token is sent there")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{prefix}_API_URL must hold no user, no password, no ? and no #")
    path = parts.path.rstrip("/").removesuffix(_API)
    return f"https://{parts.netloc}{path}{_API}"


def _retry_after_s(value: str) -> float | None:
    """Return the seconds of a ``Retry-After`` header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _since_ms(began: float) -> float:
    return (time.monotonic() - began) * 1000
