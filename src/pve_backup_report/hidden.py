"""The secrets that this process holds, and how they are taken out of what it says: the last net below all others."""

import base64
import html
import json
import re
import weakref
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import quote, quote_plus, unquote, urlsplit

HIDDEN = "***"
"""What stands where a secret stood."""

# Everything a header may hold as it is. The server percent-decodes the value and cuts it at ``;``.
PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "%;")
"""Characters that need no percent-encoding in a header of Proxmox."""

_SHORTEST = 8  # a shorter one may be a word that sentences hold as well
_SHORTEST_PART = 10
_SHORTEST_BASE64 = 8
_BASE64 = "[A-Za-z0-9+/_=-]"


class Holder(Protocol):
    """Who holds a secret."""

    def reveal(self) -> str:
        """Return it."""
        ...


_holders: dict[int, "weakref.ref[Holder]"] = {}


def know(holder: Holder) -> None:
    """Take the secret out of all that is said from now on, for as long as somebody holds it."""
    at = id(holder)
    _holders[at] = weakref.ref(holder, lambda _: _holders.pop(at, None) and None)


def held() -> Iterator[str]:
    """Yield the secrets that this process holds, and of addresses the parts that must not be told of them alone."""
    for reference in tuple(_holders.values()):
        holder = reference()
        if holder is not None:
            yield from _parts(holder.reveal())


def scrubbed(text: str) -> str:
    """Return a text without the secrets that this process holds, however they are spelled there."""
    for part in held():
        for packed in _in_base64(part):
            if packed in text:  # with what stands around it, where the secret's first and last letters are
                text = re.sub(f"{_BASE64}*{re.escape(packed)}{_BASE64}*", HIDDEN, text)
        for spelling in sorted(spellings(part), key=len, reverse=True):
            if spelling in text:
                text = text.replace(spelling, HIDDEN)
    return text


def spellings(secret: str) -> Iterator[str]:
    """Yield a secret as someone could send it back: as it is, percent-encoded, in JSON, in HTML, in base64.

    Args:
        secret: the secret; an empty one is none.
    """
    every = "".join(f"%{byte:02X}" for byte in secret.encode("utf-8", "surrogatepass"))
    encoded = {quote(secret, safe=PLAIN), quote(secret, safe=""), quote(secret), quote_plus(secret), every}
    small = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), spelling) for spelling in encoded}
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    for spelling in {secret, html.escape(secret), *encoded, *small, *in_json, *_in_base64(secret)}:
        if spelling.strip():
            yield spelling


def _in_base64(secret: str) -> Iterator[str]:
    """Yield what base64 makes of a secret, whatever stands before and behind it, such as a user's name."""
    content = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + content).decode()
        sure = encoded[(0, 2, 3)[before] : len(encoded) if (before + len(content)) % 3 == 0 else encoded.find("=") - 1]
        if len(sure) >= _SHORTEST_BASE64:
            yield sure
            yield sure.translate(str.maketrans("+/", "-_"))


def _parts(secret: str) -> Iterator[str]:
    """Yield the secret, and of an address what must not be told of it alone: all but its host."""
    if len(secret) >= _SHORTEST:
        yield secret
    for line in re.split(r"[\s,]+", secret) if "://" in secret else ():
        try:
            url = urlsplit(line)
        except ValueError:
            continue
        login, _, place = url.netloc.rpartition("@")
        password, port = login.partition(":")[2], place.partition(":")[2]  # a password with a / ends up as the port
        for part in (password, unquote(password), port):
            if len(part) >= _SHORTEST:
                yield part
        for part in re.split("[/&=]", f"{url.path}/{url.query}"):
            if len(part) >= _SHORTEST_PART:
                yield part
