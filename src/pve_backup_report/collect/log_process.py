"""The other end of ``LogsAside``: a process that reads logs for the one that asks, and tells what is kept of them.

It knows nothing, asks nothing and tells nobody else; it ends with its stdin, and so with who started it.
"""

import zlib
from contextlib import suppress

import msgspec

from pve_backup_report.collect.log_body import is_escaped, read_log_body
from pve_backup_report.collect.packed import unpacked
from pve_backup_report.normalize.task_log_line import kept_lines

LONGEST = 4 * 1024**2
"""Bytes of a log, unpacked; a page of one has a tenth of that."""
LENGTH = 4
"""Bytes of the length that stands before each message."""


class PackedLog(msgspec.Struct, gc=False):
    """A log as it came.

    Attributes:
        came: the body.
        encoding: what its head says of its packing.
        secrets: what must not be read anywhere in it.
    """

    came: bytes
    encoding: str
    secrets: tuple[str, ...]


class PlainLog(msgspec.Struct, gc=False):
    """What is kept of a log in which nothing is out of the ordinary.

    Attributes:
        unpacked: bytes of the body.
        count: lines that it has.
        lines: those that are kept, with line breaks between them.
        total: what the answer says of the lines that there are.
    """

    unpacked: int
    count: int
    lines: str
    total: int | str | None


class Question(msgspec.Struct, gc=False):
    """A log to be read, with the number that its answer is to bear."""

    number: int
    log: PackedLog


class Reply(msgspec.Struct, gc=False):
    """What is kept of the log of that number; None where the usual way has to tell. Number 0 says: ready."""

    number: int
    log: PlainLog | None


def framed(message: Question | Reply) -> bytes:
    """Return a message as it is sent, its length before it."""
    packed = msgspec.msgpack.encode(message)
    return len(packed).to_bytes(LENGTH, "big") + packed


def read_packed(log: PackedLog) -> PlainLog | None:
    """Return what is kept of a log; None where anything is out of the ordinary, for the usual way to tell.

    Args:
        log: what came; nothing in it is trusted.
    """
    try:
        body = unpacked(log.came, log.encoding, LONGEST)
    except (EOFError, zlib.error):
        return None
    if body is None or is_escaped(body) or any(secret.encode() in body for secret in log.secrets):
        return None
    read = read_log_body(body)
    kept = kept_lines(read[0]) if read is not None else None
    return None if read is None or kept is None else PlainLog(len(body), len(read[0]), kept, read[1])


def main() -> None:
    """Serve until there is nothing more to read."""
    decoder = msgspec.msgpack.Decoder(Question)
    # stdin is a socket: what is asked comes through it, and what is told goes back
    with open(0, "rb", closefd=False) as asked, open(0, "wb", closefd=False) as told:
        reply = Reply(0, None)
        while True:
            told.write(framed(reply))
            told.flush()
            length = asked.read(LENGTH)
            if len(length) < LENGTH:
                return
            question = decoder.decode(asked.read(int.from_bytes(length, "big")))
            reply = Reply(question.number, read_packed(question.log))


if __name__ == "__main__":
    with suppress(OSError):  # who asked is gone
        main()
