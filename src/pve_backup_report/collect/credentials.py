"""What lets a request in, and what of it must be kept out of everything else."""

import json
import re
import threading
from collections.abc import Mapping

from pve_backup_report.hidden import HIDDEN, PLAIN, held, spellings

__all__ = ["HIDDEN", "NO_EVERYDAY_WORD", "PLAIN", "Credentials"]

NO_EVERYDAY_WORD = 12
"""Characters of a secret; a shorter one may be a word that names of the cluster hold as well."""


class Credentials:
    """Signs requests, and takes its secrets out of texts; this one has none, and signs nothing."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._spellings: tuple[str, ...] = ()
        self._in_data: tuple[str, ...] = ()
        self._pattern: re.Pattern[str] | None = None
        self._data_pattern: re.Pattern[str] | None = None

    def headers(self) -> dict[str, str]:
        """Return what signs a request."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __len__(self) -> int:
        """Bytes of header that signing takes."""
        return 0

    def __bool__(self) -> bool:
        return True

    def advice(self, prefix: str) -> str:
        """Return what to check when a server lets these credentials not in (HTTP 401).

        Args:
            prefix: what the server's settings begin with, such as ``PVE``.
        """
        return f"check the settings that begin with {prefix}_"

    def hide(self, secret: str, *, in_data: bool = True) -> None:
        """Keep one more secret out of texts from now on.

        Args:
            secret: the secret; an empty one is none.
            in_data: out of answers too. Not for what may be an everyday word: a storage called like a short password
                would lose its name.
        """
        found = tuple(spellings(secret))
        self._hide(found, found if in_data else ())

    def hide_those_of_others(self) -> None:
        """Keep the other secrets of this run out of texts as well, and out of data where they are no everyday words.

        Nobody but those who know them can have written them there, such as into the notes of a guest.
        """
        for secret in set(held()):
            plain = (secret, json.dumps(secret)[1:-1]) if len(secret) >= NO_EVERYDAY_WORD else ()
            self._hide(tuple(spellings(secret)), plain)

    def _hide(self, found: tuple[str, ...], in_data: tuple[str, ...]) -> None:
        with self._guard:
            # The longest first, so that no rest of a longer spelling is left over.
            self._spellings = tuple(sorted({*self._spellings, *found}, key=len, reverse=True))
            self._pattern = _any_of(self._spellings)
            if in_data:
                self._in_data = tuple(sorted({*self._in_data, *in_data}, key=len, reverse=True))
                self._data_pattern = _any_of(self._in_data)

    @property
    def in_data(self) -> tuple[str, ...]:
        """The spellings of secrets that are kept out of answers."""
        return self._in_data

    def is_in(self, body: bytes) -> bool:
        """Return whether a secret that is kept out of answers can be read in ``body``."""
        return any(spelling.encode() in body for spelling in self._in_data)

    def scrub(self, text: str) -> str:
        """Return ``text`` with each secret replaced by three stars, however it is spelled there."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def scrub_data(self, data: object) -> object:
        """Return parsed JSON with the secrets replaced in every text, keys too.

        Half characters (lone surrogates) are replaced as well: no file can be written with them.
        """
        if isinstance(data, str):
            whole = data.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return whole if self._data_pattern is None else self._data_pattern.sub(HIDDEN, whole)
        if isinstance(data, list):
            return [self.scrub_data(item) for item in data]
        if isinstance(data, Mapping):
            return {self.scrub_data(key): self.scrub_data(value) for key, value in data.items()}
        return data


def _any_of(spellings: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, spellings))) if spellings else None
