"""The fake's desk for tickets: a password is changed for one, and so is a ticket that is still good."""

import base64
import secrets
import threading
import time
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

from fake_proxmox.reply import Reply

_TWO_HOURS = 7200.0


class TicketDesk:
    """Changes passwords for tickets as pve-access-control and proxmox-backup do.

    `users` maps user@realm to the password, `life_s` is how long a ticket is good, and users in `second_factor` get
    half a ticket only. `tickets` and `logins` tell what was issued, and to what kind of password.
    """

    def __init__(
        self,
        users: Mapping[str, str],
        *,
        product: str = "PVE",
        life_s: float = _TWO_HOURS,
        second_factor: frozenset[str] = frozenset(),
        pause_s: float = 0.0,
    ) -> None:
        self.users = dict(users)
        self.product = product
        self.life_s = life_s
        self.second_factor = second_factor
        self.pause_s = pause_s
        self.tickets: list[str] = []
        self.csrf: list[str] = []
        self.logins: list[str] = []
        self._good_until: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def log_in(self, body: bytes) -> Reply:
        """Answer a POST to /access/ticket."""
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        user, word = form.get("username", ""), form.get("password", "")
        time.sleep(self.pause_s)
        with self._lock:
            by_ticket = self._user_of(word) == user
            self.logins.append("ticket" if word in self.tickets else "password")
            if not by_ticket and self.users.get(user) != word:
                if self.product == "PBS":
                    return Reply(401, "Unauthorized", b"authentication failed - invalid credentials.")
                return Reply(401, "authentication failure", b'{"data":null,"message":"authentication failure\\n"}')
            return Reply.of(self._issue(user, half=user in self.second_factor and not by_ticket))

    def lets_in(self, cookie: str) -> bool:
        """Whether a cookie holds a ticket that is still good, under the product's name for it."""
        name, _, value = cookie.partition("=")
        with self._lock:
            return name == f"{self.product}AuthCookie" and self._user_of(unquote(value)) is not None

    def revoke(self) -> None:
        """Let no ticket be good any more, as when the cluster changes its key."""
        with self._lock:
            self._good_until.clear()

    def _issue(self, user: str, *, half: bool) -> dict[str, object]:
        proof = base64.b64encode(secrets.token_bytes(48)).decode()  # with + and / and =, as the real ones
        ticket = f"{self.product}:{'!tfa!%7B%7D' if half else user}:65A1B2C3::{proof}+/="
        csrf = f"65A1B2C3:{base64.b64encode(secrets.token_bytes(24)).decode()}"
        self.tickets.append(ticket)
        self.csrf.append(csrf)
        if half:
            return {"ticket": ticket, "username": user, "CSRFPreventionToken": csrf, "NeedTFA": 1}
        self._good_until[ticket] = (user, time.monotonic() + self.life_s)
        return {"ticket": ticket, "username": user, "CSRFPreventionToken": csrf, "clustername": "lab"}

    def _user_of(self, ticket: str) -> str | None:
        user, until = self._good_until.get(ticket, ("", 0.0))
        return user if time.monotonic() < until else None
