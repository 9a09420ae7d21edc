"""JSON text that is safe on a terminal."""

import codecs
import json
import re

import msgspec

_ESCAPED = "pve_backup_report.json"  # what becomes of characters that ASCII has not
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
    ascii_text = text.encode("ascii", _ESCAPED).decode("ascii")
    return ascii_text.replace("\x7f", "\\u007f") + "\n"  # the one control character that json leaves alone


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Return how JSON writes some characters, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(_ESCAPED, _escape)
