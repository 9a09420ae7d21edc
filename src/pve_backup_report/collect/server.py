"""One API to be asked: where it is, how to be let in, whom to trust, how patient to be."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.collect.logs_aside import LogsAside
from pve_backup_report.collect.meter import Meter
from pve_backup_report.collect.tls import Trust

_API = "/api2/json"


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
        authorization: the token, or a user and a password.
        prefix: what its settings begin with, for advice: ``PVE``, ``PBS01``.
        trust: what makes it the right server.
        timeout_s: seconds for one request, its connection apart (at most 10 s).
        patience: how often, and when, it is asked again.
        longest_body: bytes of an unpacked answer.
        meter: counts what is asked and what comes.
        logs_aside: reads logs in another process; None where this one reads all.
    """

    urls: tuple[str, ...]
    authorization: Credentials
    prefix: str = "PVE"
    trust: Trust = field(default_factory=Trust)
    timeout_s: float = 30.0
    patience: Patience = field(default_factory=Patience)
    longest_body: int = 90 * 1024 * 1024
    meter: Meter = field(default_factory=Meter, compare=False)
    logs_aside: LogsAside | None = field(default=None, compare=False)


def base_of(url: str, prefix: str) -> str:
    """Return an address with its ``/api2/json``; a wrong one is not shown, for it could hold a password.

    Raises:
        ValueError: it is not an https one, or holds more than a host, a port and a path.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"{prefix}_API_URL must begin with https:// and name a host: what lets us in is sent there")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{prefix}_API_URL must hold no user, no password, no ? and no #")
    path = parts.path.rstrip("/").removesuffix(_API)
    return f"https://{parts.netloc}{path}{_API}"
