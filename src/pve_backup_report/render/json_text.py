"""JSON text that is safe on a terminal."""

import json
import re

import msgspec

_BEYOND = re.compile(r"[^\x00-\x7e]+")  # control characters are escaped already
_SURROGATES = re.compile(r"\\(?:\\|ud[89ab]..\\ud[c-f]..|(?P<lone>ud[89a-f]..))")


def json_text(data: object) -> str:
    """Return ``data`` as JSON in plain ASCII, with a newline at its end.

    Whatever is not printable ASCII is escaped, so control and direction-changing characters do nothing on a
    terminal. Half a surrogate pair, which strict readers refuse, becomes U+FFFD.

    Args:
        data: plain values.
    """
    try:
        text = msgspec.json.format(msgspec.json.encode(data), indent=2).decode()
    except (UnicodeEncodeError, OverflowError):  # half a pair, or a number beyond 64 bits: slower, and takes all
        text = json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False)
        text = _SURROGATES.sub(lambda found: "\\ufffd" if found["lone"] else found[0], text)
    plain = text.isascii() and "\x7f" not in text  # as most are, and quick to tell
    return f"{text if plain else _BEYOND.sub(_escaped, text)}\n"


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1].replace("\x7f", "\\u007f")  # the one control character that json leaves alone
