"""Bodies that came packed, and are unpacked no further than they may be."""

import zlib

_GZIP = 16 + zlib.MAX_WBITS
_ENCODINGS = ("gzip", "x-gzip")
_PIECE = 8 * 1024**2


def unpacked(came: bytes, encoding: str, longest: int) -> bytes | None:
    """Return a body without its packing; None where it is longer than it may be.

    Args:
        came: the body as it came.
        encoding: what its head says of that.
        longest: bytes that it may have.

    Raises:
        EOFError: it ended too early.
        zlib.error: it says that it is packed, and is not.
    """
    if encoding.lower() not in _ENCODINGS:
        return came if len(came) <= longest else None
    unpack = zlib.decompressobj(_GZIP)
    body = unpack.decompress(came, longest + 1)
    if len(body) > longest:
        return None
    if not unpack.eof:
        raise EOFError
    if unpack.unused_data:
        raise zlib.error("something follows what was packed")
    return body


def is_longer(came: bytes, encoding: str, longest: int) -> bool:
    """Whether a body is longer without its packing than it may be; only a piece of it is in memory at a time.

    Args:
        came: the body as it came.
        encoding: what its head says of that.
        longest: bytes that it may have.
    """
    if encoding.lower() not in _ENCODINGS:
        return len(came) > longest
    unpack = zlib.decompressobj(_GZIP)
    length = 0
    try:
        while length <= longest and came:
            length += len(unpack.decompress(came, _PIECE))
            came = unpack.unconsumed_tail
    except zlib.error:
        return False  # whoever unpacks it tells
    return length > longest
