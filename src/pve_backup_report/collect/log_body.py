"""The body of a task log, of which only the texts of its lines are unpacked: a quarter of the time of any other JSON.

A run reads hundreds of logs of a thousand lines each, while it asks; nothing else takes it as long.
"""

import msgspec


class LogTexts(list[str]):
    """The texts of a log's lines, in order, in the place of the objects that hold them and their numbers."""


class KeptLog(dict[str, object]):
    """What is kept of a log; to keep of that what is kept changes nothing."""

    def __init__(self, count: int, lines: str | None) -> None:
        """Take what is kept.

        Args:
            count: lines that the log has.
            lines: those that are kept, with line breaks between them; None where there is no telling them.
        """
        super().__init__(count=count, lines=lines)


class _Line(msgspec.Struct, gc=False):
    t: str


class _Body(msgspec.Struct, gc=False):
    data: list[_Line]
    total: int | str | None = None


_DECODER = msgspec.json.Decoder(_Body)


def read_log_body(body: bytes) -> tuple[list[str], int | str | None] | None:
    """Return the texts of a log, and what its ``total`` says; None when the body is anything but a sound log.

    Args:
        body: what came; nothing in it is trusted. One with escaped characters is for ``parse_body``: there may be
            halves among them.
    """
    if body.count(b'"data"') > 1:  # two answers in one: for the strict parser
        return None
    try:
        read = _DECODER.decode(body if body.isascii() else body.decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return [line.t for line in read.data], read.total


def is_escaped(body: bytes) -> bool:
    """Tell whether characters are escaped in a body: there may be halves of some among them.

    Args:
        body: what came.
    """
    return b"\\" in body and b"\\u" in body  # one byte is found much faster than two
