"""Addresses that hold a secret: of a webhook, of a ping, of chats and phones; never shown, right or wrong."""

import re
from urllib.parse import urlsplit

from pve_backup_report.settings.key import WrongValueError
from pve_backup_report.settings.secret import Secret

_HIDDEN = "(it is not shown: such an address is a secret)"
_BETWEEN = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")  # a comma may also stand inside an address
_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S.*")


def web_address(text: str) -> Secret:
    """Read an ``http`` or ``https`` address, with a path and a query as they are."""
    text = text.strip()
    try:
        url = urlsplit(text)
        port_is_fine = url.port != 0
    except ValueError:
        raise WrongValueError(f"is no address {_HIDDEN}") from None
    if url.scheme not in {"http", "https"}:
        raise WrongValueError(f"starts with neither http:// nor https:// {_HIDDEN}")
    if not url.hostname or not port_is_fine or not text.isascii() or re.search(r"\s", text):
        raise WrongValueError(f"has no usable host or port, or holds a blank or a letter that no address has {_HIDDEN}")
    if "#" in text:
        raise WrongValueError(f"has something after a # {_HIDDEN}")
    return Secret(text)


def proxy_address(text: str) -> Secret:
    """Read the address of a proxy, or the word that stands for those which the environment names."""
    text = text.strip()
    if text.lower() == "environment":
        return Secret("environment")
    address = web_address(text)
    if urlsplit(text).path not in {"", "/"} or "?" in text:
        raise WrongValueError(f"has more than a login, a host and a port {_HIDDEN}")
    return address


def notify_addresses(text: str) -> tuple[Secret, ...]:
    """Read addresses as Apprise takes them; each counts once."""
    items = tuple(dict.fromkeys(item for part in _BETWEEN.split(text.strip()) if (item := part.strip(" \t\r\n,"))))
    faults = [
        f"has an address (number {number}) which is not of the form SERVICE://... {_HIDDEN}"
        for number, item in enumerate(items, 1)
        if not _SERVICE.fullmatch(item) or "\n" in item
    ]
    if faults or not items:
        raise WrongValueError(*(faults or ["names no address"]))
    return tuple(map(Secret, items))


def in_clear(address: Secret) -> bool:
    """Say whether what is sent there can be read on its way: no TLS, and not on this machine."""
    url = urlsplit(address.reveal())
    name = url.hostname or ""
    return url.scheme == "http" and not (name in {"localhost", "::1"} or name.startswith("127."))
