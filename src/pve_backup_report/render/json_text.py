"""JSON text that is safe on a terminal."""

import json
import re

_SURROGATES = re.compile(r"\\(?:\\|ud[89ab]..\\ud[c-f]..|(?P<lone>ud[89a-f]..))")


def json_text(data: object) -> str:
    """Return ``data`` as JSON in plain ASCII, with a newline at its end.

    Whatever is not printable ASCII is escaped, so control and direction-changing characters do nothing on a
    terminal. Half a surrogate pair, which strict readers refuse, becomes U+FFFD.

    Args:
        data: plain values.
    """
    text = json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False)
    text = text.replace("\x7f", "\\u007f")  # the one control character that json leaves alone
    return _SURROGATES.sub(lambda found: "\\ufffd" if found["lone"] else found[0], text) + "\n"
