"""The token of one API server: written into the header of a request, and kept out of everything else."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import requests
from requests.auth import AuthBase

_HIDDEN = "***"
# Everything a header may hold as it is. The server percent-decodes the value and cuts it at ``;``.
_PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "%;")


class Authorization(AuthBase):
    """Puts the token into requests, and takes it out of texts.

    Its ``repr`` shows whose token it is, never the secret.
    """

    __slots__ = ("_header", "_pattern", "_shown", "_spellings")

    def __init__(self, scheme: str, token_id: str, separator: str, secret: str) -> None:
        """Prepare the header; ``for_pve`` and ``for_pbs`` know the first and third argument.

        Args:
            scheme: ``PVEAPIToken`` or ``PBSAPIToken``.
            token_id: ``user@realm!name``.
            separator: what stands between the id and the secret.
            secret: the token's secret.
        """
        name = f"{scheme}={quote(token_id, safe=_PLAIN)}{separator}"
        self._header = f"{name}{quote(secret, safe=_PLAIN)}"
        self._shown = f"{name}{_HIDDEN}"
        # The longest first, so that no rest of a longer spelling is left over.
        self._spellings = tuple(sorted(_spellings(secret), key=len, reverse=True))
        self._pattern = re.compile("|".join(map(re.escape, self._spellings)))

    @classmethod
    def for_pve(cls, token_id: str, secret: str) -> "Authorization":
        """Return the header of Proxmox VE (pve-http-server PVE/APIServer/Formatter.pm).

        Args:
            token_id: ``user@realm!name``.
            secret: the token's secret.
        """
        return cls("PVEAPIToken", token_id, "=", secret)

    @classmethod
    def for_pbs(cls, token_id: str, secret: str) -> "Authorization":
        """Return the header of Proxmox Backup Server (proxmox-auth-api src/api/mod.rs).

        Args:
            token_id: ``user@realm!name``.
            secret: the token's secret.
        """
        return cls("PBSAPIToken", token_id, ":", secret)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request; called by requests."""
        request.headers["Authorization"] = self._header
        return request

    def __repr__(self) -> str:
        return f"Authorization({self._shown})"

    def __len__(self) -> int:
        """Length of the header's value in bytes."""
        return len(self._header)

    def is_in(self, body: bytes) -> bool:
        """Return whether the secret can be read in ``body``."""
        return any(spelling.encode() in body for spelling in self._spellings)

    def scrub(self, text: str) -> str:
        """Return ``text`` with the secret replaced by three stars, however it is spelled there."""
        return self._pattern.sub(_HIDDEN, text) if self._spellings else text

    def scrub_data(self, data: object) -> object:
        """Return parsed JSON with the secret replaced in every text, keys too.

        Half characters (lone surrogates) are replaced as well: no file can be written with them.
        """
        if isinstance(data, str):
            return self.scrub(data.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        if isinstance(data, list):
            return [self.scrub_data(item) for item in data]
        if isinstance(data, Mapping):
            return {self.scrub_data(key): self.scrub_data(value) for key, value in data.items()}
        return data


def _spellings(secret: str) -> Iterator[str]:
    """Yield the secret as a server could send it back: as it is, percent-encoded, in JSON, in HTML."""
    encoded = {quote(secret, safe=_PLAIN), quote(secret, safe="")}
    small = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), spelling) for spelling in encoded}
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    for spelling in {secret, html.escape(secret), *encoded, *small, *in_json}:
        if spelling.strip():
            yield spelling
