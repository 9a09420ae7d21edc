"""The client of one API, Proxmox VE or Backup Server: it can only GET, and every failure is an answer."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

from pve_backup_report.collect.answer import read_answer
from pve_backup_report.collect.crew import node_of
from pve_backup_report.collect.exchange import Exchange, Try
from pve_backup_report.collect.server import ApiServer, Patience, base_of
from pve_backup_report.collect.ticket import TicketOffice, UserPassword
from pve_backup_report.collect.transport import OnlyGet
from pve_backup_report.model.answer import Answer, AnswerKind

__all__ = ["ApiClient", "ApiServer", "Patience"]

_LOG = logging.getLogger(__name__)
# pveproxy reads 8 KiB of header lines (pve-http-server PVE/APIServer/AnyEvent.pm); the rest of ours is short.
_LONGEST_QUESTION = 8 * 1024 - 512
_SHOWN_QUESTION = 100
_AS_IT_IS = "!$%&'()*+,/:;=?@[]~"  # reserved (RFC 3986, 2.2), or encoded already
_HTTPS = 443
_ELSEWHERE = (AnswerKind.UNREACHABLE, AnswerKind.TLS, AnswerKind.AUTHENTICATION)
_GRAVITY = (AnswerKind.UNREACHABLE, AnswerKind.TIMEOUT, AnswerKind.NOT_JSON, AnswerKind.TLS)


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
        self._bases = tuple(base_of(url, server.prefix) for url in server.urls)
        if not self._bases:
            raise ValueError(f"{server.prefix}_API_URL names no address")
        read = partial(read_answer, credentials=server.authorization, prefix=server.prefix)
        self._exchange = Exchange(server, read, wire=OnlyGet)
        user = server.authorization
        self._office = TicketOffice(server, user) if isinstance(user, UserPassword) else None
        self._lock = threading.Lock()
        self._settled: str | None = None
        self._nodes: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"ApiClient({', '.join(self._bases)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def host(self) -> str:
        """The host and port that answered first, or that are asked first."""
        return urlsplit(self._settled or self._bases[0]).netloc

    def close(self) -> None:
        """Close all connections."""
        self._exchange.close()
        if self._office is not None:
            self._office.close()

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

    def meet(self, addresses: Mapping[str, str]) -> None:
        """Ask nodes at their own addresses from now on, on the port of the one that answered first.

        A node that cannot be reached there, is not trusted there, or does not let us in, is asked as before.

        Args:
            addresses: IP address by name of the node.
        """
        port = urlsplit(self._settled or self._bases[0]).port or _HTTPS
        self._nodes = {name: f"https://{_in_url(ip)}:{port}/api2/json" for name, ip in addresses.items()}

    def _round(self, asked: str) -> Try:
        """Ask the node itself where its address is known, or else the address that is known to answer, or all."""
        node = node_of(asked)
        own = self._nodes.get(node)
        if own is not None:
            tried = self._let_in_and_ask(own, asked)
            if tried.answer.kind not in _ELSEWHERE:
                return tried
            _LOG.info("%s is asked through another node from now on: %s", node, tried.answer.error)
            self._nodes.pop(node, None)
        with self._lock:
            bases = self._bases if self._settled is None else (self._settled,)
        failed: list[Try] = []
        for base in bases:
            tried = self._let_in_and_ask(base, asked)
            if tried.answer.status is not None:
                with self._lock:
                    self._settled = self._settled or base
                return tried
            failed.append(tried)
        if len(failed) == 1:
            return failed[0]
        worst = max((tried.answer for tried in failed), key=lambda answer: _GRAVITY.index(answer.kind))
        error = "; ".join(tried.answer.error or "" for tried in failed)
        return Try(replace(worst, error=error), max(tried.retries for tried in failed))

    def _let_in_and_ask(self, base: str, asked: str) -> Try:
        """Ask with a ticket where one is needed; a ticket that has run out is replaced once."""
        if self._office is None:
            return self._ask(base, asked)
        ticket = self._office.ticket(base)
        if isinstance(ticket, Try):
            return ticket
        tried = self._ask(base, asked)
        if tried.answer.kind is not AnswerKind.AUTHENTICATION:
            self._office.proved(ticket)
            return tried
        if not self._office.rejected(ticket):
            return tried
        ticket = self._office.ticket(base)
        return ticket if isinstance(ticket, Try) else self._ask(base, asked)

    def _ask(self, base: str, asked: str) -> Try:
        began = time.monotonic()
        tried = self._exchange.send(base, asked)
        _LOG.debug("GET %s %s %.0f ms", asked, tried.answer.status or tried.answer.kind, _since_ms(began))
        return tried


def _asked(path: str, params: Mapping[str, str | int] | None) -> str:
    if not path.startswith("/"):
        raise ValueError(f"a path begins with /, unlike {path!r}")
    query = urlencode(params or {}, quote_via=quote, safe="")
    joined = path + ("&" if "?" in path else "?") + query if query else path
    return quote(joined, safe=_AS_IT_IS)


def _in_url(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip


def _since_ms(began: float) -> float:
    return (time.monotonic() - began) * 1000
