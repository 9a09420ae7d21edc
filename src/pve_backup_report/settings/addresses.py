"""Addresses as settings: of an API, of a mail server, of people."""

import re
from collections.abc import Callable
from email.headerregistry import Address
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from pve_backup_report.settings.key import WrongValueError, shown

API_PATH = "/api2/json"
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(
    rf"""\s*(?: (?: "(?P<quoted>[^"\\]*)" | (?P<plain>[^"\\<>,;@]*) ) \s* < )?
         (?P<user>{_ATOM}(?:\.{_ATOM})*) @ (?P<domain>{_LABEL}(?:\.{_LABEL})*)
         (?P<closed>>)? \s*(?:,|$)""",
    re.VERBOSE,
)


def api_url(default_port: int) -> Callable[[str], str]:
    """Make the kind of one API address: ``https://host:port/api2/json``, whatever of it was left out."""

    def read(text: str) -> str:
        return _normal(text, default_port, hide=_may_hold_secret(text))

    return read


def api_urls(default_port: int) -> Callable[[str], tuple[str, ...]]:
    """Make the kind of several API addresses, comma separated; each counts once."""

    def read(text: str) -> tuple[str, ...]:
        if "@" in text:  # a comma may be part of the password: what the parts look like says nothing
            raise WrongValueError("holds an address which has a user or a password in it")
        urls: dict[str, None] = {}
        faults: list[str] = []
        for item in filter(None, map(str.strip, text.split(","))):
            try:
                urls[_normal(item, default_port, hide=_may_hold_secret(text))] = None
            except WrongValueError as wrong:
                faults.extend(wrong.faults)
        if not urls and not faults:
            faults.append(f"is {shown(text)}, which names no address")
        if faults:
            raise WrongValueError(*faults)
        return tuple(urls)

    return read


def _may_hold_secret(text: str) -> bool:
    """Say whether there may be a password (before @) or a token (after ? or #) in an address."""
    return re.search(r"[@?#]", text) is not None


def _normal(text: str, default_port: int, *, hide: bool) -> str:
    """Return one address in full.

    Raises:
        WrongValueError: it is none of an API; the address is not shown when it is to be hidden.
    """
    problems = _url_problems(text)
    if problems:
        subject = "holds an address" if hide else f"is {shown(text)},"
        raise WrongValueError(f"{subject} which {' and '.join(problems)}")
    url = urlsplit(text)
    name = url.hostname or ""
    return f"https://{f'[{name}]' if ':' in name else name}:{url.port or default_port}{API_PATH}"


def _url_problems(text: str) -> list[str]:
    """Return all that is wrong with the address of an API, each to be read after "which"."""
    try:
        url = urlsplit(text)
    except ValueError:
        return ["is not a URL"]
    if not url.netloc or not url.scheme:
        return ["is not a URL that starts with https://"]
    problems = []
    if url.scheme == "http":
        problems.append("starts with http://, so that the token could be read on its way")
    elif url.scheme != "https":
        problems.append("does not start with https://")
    if "@" in text:
        problems.append("has a user or a password in it")
    if not _has_host(url):
        problems.append("has no usable host name")
    if not _has_usable_port(url):
        problems.append("has no usable port")
    if url.path.rstrip("/") not in {"", API_PATH}:
        problems.append(f"has a path other than {API_PATH}")
    if "?" in text or "#" in text:
        problems.append("has something after a ? or a #")
    return problems


def _has_host(url: SplitResult) -> bool:
    """Say whether a URL has a host name or an IP address."""
    name = url.hostname or ""
    if "[" not in url.netloc:
        return _HOST.fullmatch(name) is not None
    try:
        IPv6Address(name)
    except ValueError:
        return False
    return re.fullmatch(r"\[[^][]*\](?::[^][]*)?", url.netloc.rpartition("@")[2]) is not None


def _has_usable_port(url: SplitResult) -> bool:
    """Say whether a URL's port, if there is one, is a port."""
    try:
        return url.port is None or url.port > 0
    except ValueError:
        return False


def host(text: str) -> str:
    """Read the name or the IP address of a server, without a port."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        return str(ip_address(bare))
    except ValueError:
        if not _HOST.fullmatch(text):
            raise WrongValueError(f"is {shown(text)}, which is not the name of a host") from None
    return text


def mailboxes(text: str) -> tuple[str, ...]:
    """Read a comma separated list of mail addresses, each ``user@domain`` or ``Name <user@domain>``."""
    found: dict[str, None] = {}
    at = 0
    while at < len(text):
        match = _MAILBOX.match(text, at)
        named = match and (match["quoted"] is not None or match["plain"] is not None)
        if match is None or bool(named) != bool(match["closed"]):
            raise WrongValueError(f"holds {shown(text[at:].strip())}, which does not start with a mail address")
        name = (match["quoted"] or match["plain"] or "").strip()
        found[str(Address(name, match["user"], match["domain"]))] = None
        at = match.end()
    return tuple(found)


def mailbox(text: str) -> str:
    """Read one mail address."""
    found = mailboxes(text)
    if len(found) != 1:
        raise WrongValueError(f"is {shown(text)}, which is more than one mail address")
    return found[0]
