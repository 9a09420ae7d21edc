"""The login of a user with a password: the one thing that is ever posted, and the ticket that comes of it.

pve-access-control PVE/API2/AccessControl.pm ``create_ticket``, proxmox-backup src/api2/access/mod.rs. A ticket is good
for two hours, and is itself taken in place of the password to get the next one.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit

from pve_backup_report.collect.answer import LONGEST_ERROR, HttpResponse, read_answer
from pve_backup_report.collect.credentials import HIDDEN, NO_EVERYDAY_WORD, PLAIN, Credentials
from pve_backup_report.collect.exchange import Exchange, Try
from pve_backup_report.collect.server import ApiServer
from pve_backup_report.collect.transport import Wire
from pve_backup_report.model.answer import Answer, AnswerKind

_LOG = logging.getLogger(__name__)
_LOGIN = "/access/ticket"
_RENEW_AFTER_S = 90 * 60.0
_OK = 200


class UserPassword(Credentials):
    """A user, the password, and the ticket that they were last changed for. Threads may share it.

    Its ``repr`` shows the user, never the password or the ticket.
    """

    def __init__(self, product: str, username: str, password: str, *, renew_after_s: float = _RENEW_AFTER_S) -> None:
        """Take the user's word; nothing is asked yet.

        Args:
            product: ``PVE`` or ``PBS``.
            username: ``user@realm``.
            password: of that user.
            renew_after_s: age in seconds from which a ticket is replaced.
        """
        super().__init__()
        self.username = username
        self.renew_after_s = renew_after_s
        self._cookie_name = f"{product}AuthCookie"
        self._password = password
        self._cookie: str | None = None
        self.hide(password, in_data=len(password) >= NO_EVERYDAY_WORD)

    def headers(self) -> dict[str, str]:
        """Return the header with the ticket, once there is one."""
        return {} if self._cookie is None else {"Cookie": self._cookie}

    def __repr__(self) -> str:
        return f"UserPassword({self.username}, {HIDDEN})"

    def __len__(self) -> int:
        """Length of the cookie in bytes."""
        return len(self._cookie or "")

    def advice(self, prefix: str) -> str:
        """Return what to check when the server does not let the user in.

        Args:
            prefix: what the server's settings begin with, such as ``PVE``.
        """
        return (
            f"check {prefix}_USERNAME, with its realm (user@pam, user@pve, …), and {prefix}_PASSWORD, and that the "
            "user is neither expired nor disabled"
        )

    def form(self, ticket: str | None) -> dict[str, str]:
        """Return what is posted.

        Args:
            ticket: one that is still good, to take the password's place.
        """
        return {"username": self.username, "password": ticket or self._password}

    def use(self, ticket: str) -> None:
        """Sign with a ticket from now on; it is hidden already."""
        self._cookie = f"{self._cookie_name}={quote(ticket, safe=PLAIN)}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ticket:
    """A ticket; each is only equal to itself, and shows nothing.

    Attributes:
        text: what it is.
        made_at: seconds of the monotonic clock.
    """

    text: str
    made_at: float


class _OnlyLogin(Wire):
    """Sends the login, and nothing else."""

    def may_send(self, method: str, target: str) -> bool:
        """Whether a request is the login."""
        return method == "POST" and target.endswith(f"/api2/json{_LOGIN}")


class TicketOffice:
    """Fetches tickets: one for all threads, by one thread at a time.

    A login that the server refused is not tried again in the same run: that could lock the user out.
    """

    def __init__(self, server: ApiServer, user: UserPassword) -> None:
        """Open the office; nothing is sent yet.

        Args:
            server: where to log in.
            user: who.

        Raises:
            ValueError: the fingerprint or the CA file cannot be used.
        """
        self._server = server
        self._user = user
        self._exchange = Exchange(server, self._read, wire=_OnlyLogin)
        self._lock = threading.Lock()
        self._turns = 0
        self._ticket: Ticket | None = None
        self._proven: Ticket | None = None
        self._refusal: Try | None = None
        self._failed: dict[str, tuple[int, Try]] = {}

    def close(self) -> None:
        """Close the connection."""
        self._exchange.close()

    def ticket(self, base: str) -> Ticket | Try:
        """Return the ticket, fetched or renewed when that is due; or why there is none.

        Args:
            base: the address to log in at.
        """
        before, ticket = self._turns, self._ticket
        if ticket is not None and not self._is_old(ticket):
            return ticket
        with self._lock:
            if self._refusal is not None:
                return self._refusal
            if self._ticket is not None and not self._is_old(self._ticket):
                return self._ticket
            turn, failed = self._failed.get(base, (0, None))
            if failed is not None and turn > before:  # another thread tried while this one waited
                return failed
            found = self._fetch(base)
            self._turns += 1
            if isinstance(found, Try):
                self._failed[base] = self._turns, found
            return found

    def proved(self, ticket: Ticket) -> None:
        """Take note that the server has accepted a ticket."""
        self._proven = ticket

    def rejected(self, ticket: Ticket) -> bool:
        """Give back a ticket that the server did not accept.

        Returns:
            Whether it is worth asking again with another one: not if this one was never accepted.
        """
        with self._lock:
            if self._ticket is not ticket:
                return True
            if self._proven is not ticket:
                return False
            self._ticket = None
            return True

    def _is_old(self, ticket: Ticket) -> bool:
        return time.monotonic() - ticket.made_at >= self._user.renew_after_s

    def _fetch(self, base: str) -> Ticket | Try:
        """Log in: with the old ticket while it is good, or else with the password."""
        if self._ticket is not None:
            found = self._log_in(base, self._ticket.text)
            if isinstance(found, Ticket):
                return found
            self._ticket = None
        found = self._log_in(base, None)
        if isinstance(found, Try) and found.answer.kind is AnswerKind.AUTHENTICATION and not found.retries:
            self._refusal = found
        return found

    def _log_in(self, base: str, ticket: str | None) -> Ticket | Try:
        began = time.monotonic()
        form = self._user.form(ticket)
        tried = self._exchange.send(base, _LOGIN, method="POST", form=urlencode(form))
        answer = tried.answer
        took_ms = (time.monotonic() - began) * 1000
        _LOG.debug("POST %s %s %.0f ms", _LOGIN, answer.status or answer.kind, took_ms)
        if not answer.ok:
            return self._refused(tried) if answer.status is not None else tried
        data = answer.data if isinstance(answer.data, Mapping) else {}
        text, csrf = data.get("ticket"), data.get("CSRFPreventionToken")
        for secret in (text, csrf):  # nothing that we send needs the second
            if isinstance(secret, str):
                self._user.hide(secret, in_data=len(secret) >= NO_EVERYDAY_WORD)
        if data.get("NeedTFA") or (isinstance(text, str) and "tfa!" in text):
            error = (
                f"the login at {urlsplit(base).netloc} asks {self._user.username} for a second factor, which a program "
                f"cannot give; use an API token ({self._server.prefix}_API_TOKEN_ID), or a user without one"
            )
            return Try(Answer(AnswerKind.AUTHENTICATION, answer.status, error=error))
        if not isinstance(text, str) or not text.isascii() or not text.isprintable() or not text:
            error = f"the login at {urlsplit(base).netloc} was answered without a ticket"
            return Try(Answer(AnswerKind.AUTHENTICATION, answer.status, error=error))
        self._user.use(text)
        self._ticket = Ticket(text, time.monotonic())
        return self._ticket

    def _refused(self, tried: Try) -> Try:
        error = self._user.scrub(f"the login failed: {tried.answer.error}")[:LONGEST_ERROR]
        return replace(tried, answer=replace(tried.answer, kind=AnswerKind.AUTHENTICATION, error=error))

    def _read(self, came: HttpResponse) -> Answer:
        """Read the answer to a login: a ticket must not lose a part that happens to be the password."""
        return read_answer(came, Credentials() if came.status == _OK else self._user, self._server.prefix)
