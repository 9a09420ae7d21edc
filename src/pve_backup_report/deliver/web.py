"""The way out over HTTP: one request, no redirect, no cookie, and no address in any message."""

import logging
import socket
import ssl
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, InsecureRequestWarning, ProxyError

from pve_backup_report.deliver.distrust import distrust
from pve_backup_report.deliver.patience import Transient
from pve_backup_report.deliver.proxy import proxies_to
from pve_backup_report.errors import DeliveryFailed, causes_of
from pve_backup_report.settings import Secret

_LATER = frozenset({408, 425, 429})
_SERVER_ERRORS = range(500, 600)
_REDIRECTS = range(300, 400)
_FINE = range(200, 300)
_READ = 200  # bytes of an answer that are looked at
_Causes = tuple[BaseException, ...]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where something goes, and what makes a server the right one.

    Attributes:
        address: where to; a secret.
        settings: what the names of its settings begin with, such as ``WEBHOOK``.
        timeout_s: seconds for the connection, and for the answer.
        verify: False accepts any certificate.
        ca_bundle: authorities instead of the public ones; None for those.
        proxy: what ``DELIVERY_PROXY`` says; None for none.
    """

    address: Secret
    settings: str
    timeout_s: float
    verify: bool = True
    ca_bundle: Path | None = None
    proxy: Secret | None = None

    @property
    def place(self) -> str:
        """Its host and port, which may be shown."""
        url = urlsplit(self.address.reveal())
        return f"{url.hostname}:{url.port}" if url.port else str(url.hostname)


class _Adapter(HTTPAdapter):
    """Trusts the authorities of a file made by hand: not strict, or the server's own certificate."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as in requests
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        super().init_poolmanager(*args, **kwargs, ssl_context=context)


def post(receiver: Receiver, content: bytes, headers: Mapping[str, str], *, listen: bool = False) -> str:
    """Send a body once.

    Args:
        receiver: where to.
        content: the body.
        headers: beside the usual ones.
        listen: read the beginning of the answer; else its status alone counts.

    Returns:
        The beginning of the answer; empty when nobody listens.

    Raises:
        Transient: it did not work, and may the next time.
        DeliveryFailed: it did not work, and will not; its text is to be read after the server's name.
    """
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it logs addresses, which are secrets here
    url = receiver.address.reveal()
    with requests.Session() as session, warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)  # the user said so, and is warned at each run
        session.trust_env = False  # no password of a .netrc file
        session.proxies = proxies_to(url, receiver.proxy)
        session.verify = receiver.verify
        if receiver.verify and receiver.ca_bundle is not None:
            session.verify = str(receiver.ca_bundle)
            session.mount("https://", _Adapter())
        session.headers["User-Agent"] = "pve-backup-report"
        try:
            with session.post(
                url, content, headers=dict(headers), timeout=receiver.timeout_s, allow_redirects=False, stream=True
            ) as answer:
                _check(answer, receiver)
                return answer.raw.read(_READ, decode_content=True).decode("utf-8", "replace") if listen else ""
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _judged(error, receiver) from None


def _check(answer: requests.Response, receiver: Receiver) -> None:
    status = answer.status_code
    if status in _FINE:
        return
    if status in _LATER or status in _SERVER_ERRORS:
        raise Transient(f"it answered {status}", _wait(answer.headers.get("Retry-After")))
    if status in _REDIRECTS:
        raise DeliveryFailed(
            f"it answered {status}, and a redirect is not followed. Set {receiver.settings}_URL to the final address"
        )
    raise DeliveryFailed(f"it answered {status}. Check {receiver.settings}_URL, and what the receiver expects")


def _wait(header: str | None) -> float | None:
    """Return the seconds that a server asks to wait: it gives a number, or a date."""
    if not header:
        return None
    if header.strip().isascii() and header.strip().isdecimal():
        return float(header.strip()[:9])
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp())


def _judged(error: Exception, receiver: Receiver) -> Exception:
    """Return whether another try is worth it; the error's own text holds the address and is not used."""
    causes = tuple(causes_of(error))
    name = f"{receiver.settings}_URL"
    judges = (_behind_proxy, _untrusted, _unnamed, _slow, _lost)
    found = next((judged for judge in judges if (judged := judge(causes, receiver)) is not None), None)
    if isinstance(found, Transient) and not str(found):
        return Transient(f"no answer within {receiver.timeout_s:g} s")
    return found or DeliveryFailed(f"it cannot be asked ({type(error).__name__}). Check {name}")


def _behind_proxy(causes: _Causes, _: Receiver) -> Exception | None:
    if any(isinstance(cause, ProxyError) for cause in causes):
        return DeliveryFailed("the proxy cannot be reached, or does not let it through. Check DELIVERY_PROXY")
    return None


def _untrusted(causes: _Causes, receiver: Receiver) -> Exception | None:
    told = distrust(causes, f"{receiver.settings}_URL", f"{receiver.settings}_CA_BUNDLE")
    return None if told is None else DeliveryFailed(told)


def _unnamed(causes: _Causes, receiver: Receiver) -> Exception | None:
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            if cause.errno == socket.EAI_AGAIN:
                return Transient("the name cannot be looked up just now")
            return DeliveryFailed(f"the name is not known. Check {receiver.settings}_URL")
    return None


def _slow(causes: _Causes, _: Receiver) -> Exception | None:
    return Transient("") if any(isinstance(cause, (TimeoutError, requests.Timeout)) for cause in causes) else None


def _lost(causes: _Causes, _: Receiver) -> Exception | None:
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, requests.RequestException):
            return Transient(cause.strerror.lower())
    broken = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, HTTPError)
    return Transient("the connection broke off") if isinstance(causes[0], broken) else None
