"""The other end of ``LogsAside``: a process that reads logs from stdin, and writes what is kept of them to stdout.

It knows nothing, asks nothing and tells nobody else; it ends with its stdin, and so with who started it.
"""

import os
import sys
import zlib
from contextlib import suppress
from typing import IO

import msgspec

from pve_backup_report.collect.log_body import is_escaped, read_log_body
from pve_backup_report.collect.packed import unpacked
from pve_backup_report.normalize.task_log_line import kept_lines

LONGEST = 4 * 1024**2
"""Bytes of a log, unpacked; a page of one has a tenth of that."""

_LENGTH = 4


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
        lines: those that are kept.
        total: what the answer says of the lines that there are.
    """

    unpacked: int
    count: int
    lines: list[str]
    total: int | str | None


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
    return None if read is None else PlainLog(len(body), len(read[0]), kept_lines(read[0]), read[1])


def send(to: IO[bytes], message: bytes) -> None:
    """Write a message, with its length before it.

    Raises:
        OSError: nobody reads any more.
    """
    to.write(len(message).to_bytes(_LENGTH, "big") + message)
    to.flush()


def receive(of: IO[bytes]) -> bytes | None:
    """Return the next message; None at the end."""
    head = of.read(_LENGTH)
    length = int.from_bytes(head, "big")
    message = of.read(length) if len(head) == _LENGTH else b""
    return message if len(head) == _LENGTH and len(message) == length else None


def main() -> None:
    """Serve until there is nothing more to read; the arguments are the cores to run on, where that is allowed."""
    with suppress(OSError):
        os.sched_setaffinity(0, map(int, sys.argv[1:]))
    decoder, encoder = msgspec.msgpack.Decoder(PackedLog), msgspec.msgpack.Encoder()
    of, to = sys.stdin.buffer, sys.stdout.buffer
    send(to, b"")  # ready
    while (message := receive(of)) is not None:
        send(to, encoder.encode(read_packed(decoder.decode(message))))


if __name__ == "__main__":
    main()
