"""The head of a response; the standard library reads it as that of a mail, which takes it several times as long."""

import re
from http.client import (
    NO_CONTENT,
    NOT_MODIFIED,
    OK,
    BadStatusLine,
    HTTPException,
    HTTPMessage,
    HTTPResponse,
    LineTooLong,
    RemoteDisconnected,
)

_LONGEST_LINE, _MOST_FIELDS = 65_536, 100  # as http.client has it
_MOST_DIGITS = 18  # of a length; what is longer is too long in any case
_STATUS = re.compile(r"[1-9][0-9]{2}")
_CHUNK_SIZE = re.compile(r"[0-9A-Fa-f]{1,15}")
_NO_FIELDS = HTTPMessage()
_OLDER, _NEWER = 10, 11  # HTTP/1.0 and what came later, as http.client writes it


class Response(HTTPResponse):
    """A response of which only ``head`` tells the fields; the body is read as the standard library reads it."""

    head: dict[str, str]
    """What each field holds, by its name in small letters; of one that comes twice what it held first."""

    def begin(self) -> None:
        """Read the head.

        Raises:
            HTTPException: this is no HTTP, or its head has no end.
            OSError: nothing came, or not in time.
        """
        lines = self._lines()
        version, status, reason = _status(lines[0])
        while status < OK:  # one that tells of the answer to come
            lines = self._lines()
            version, status, reason = _status(lines[0])
        self.code = self.status = status
        self.reason = reason
        self.version = _OLDER if version == "HTTP/1.0" else _NEWER
        self.headers = self.msg = _NO_FIELDS
        self.head = _fields(lines)
        self.chunked = self.head.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = None if self.chunked else _length(self.head.get("content-length", ""))
        if status in (NO_CONTENT, NOT_MODIFIED):
            self.length = 0
        endless = not self.chunked and self.length is None
        self.will_close = endless or not self._stays_open()

    def _lines(self) -> list[str]:
        """Return the lines of a head but its empty one: in one go where all of it is here, as it nearly always is."""
        here = self.fp.peek()
        end = here.find(b"\n\r\n")
        if end > 0 and b"\n\n" not in here[:end]:
            lines = self.fp.read(end + 3)[:end].decode("iso-8859-1").split("\n")
        else:
            lines = [self._line()]
            while (line := self._line()) not in ("\r\n", "\n"):
                lines.append(line)
                if len(lines) > _MOST_FIELDS + 1:
                    break
        if len(lines) > _MOST_FIELDS + 1:
            raise HTTPException(f"got more than {_MOST_FIELDS} headers")
        return lines

    def _line(self) -> str:
        line = self.fp.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise LineTooLong("header line")
        if not line.endswith(b"\n"):
            raise RemoteDisconnected("the connection ended within a head")
        return line.decode("iso-8859-1")

    def _read_next_chunk_size(self) -> int:
        """Return how long the next piece of the body is; http.client, which calls this, takes sizes below 0 as well."""
        size = self._line().partition(";")[0].strip()
        if not _CHUNK_SIZE.fullmatch(size):
            raise HTTPException("a piece of no size")
        return int(size, 16)

    def _stays_open(self) -> bool:
        connection = self.head.get("connection", "").lower()
        return "close" not in connection if self.version == _NEWER else "keep-alive" in connection


def _status(line: str) -> tuple[str, int, str]:
    version, _, rest = line.partition(" ")
    status, _, reason = rest.strip().partition(" ")
    if not version.startswith("HTTP/1.") or not _STATUS.fullmatch(status):
        raise BadStatusLine(line)
    return version, int(status), reason.strip()


def _fields(lines: list[str]) -> dict[str, str]:
    fields: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if line[0] in " \t" and fields:  # the one before goes on
            name, before = fields.pop()
            colon, value = ":", f"{before} {line}"
        if not colon:
            raise HTTPException("a field without a colon")
        fields.append((name.strip().lower(), value.strip()))
    return dict(reversed(fields))


def _length(value: str) -> int | None:
    return int(value[:_MOST_DIGITS]) if value.isascii() and value.isdigit() else None
