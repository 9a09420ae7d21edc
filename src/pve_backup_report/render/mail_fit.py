"""How much a mail shows: as much as fits, which is measured on the part as it is sent.

Some mail services cut a message after 102 KiB, and what is cut could be what matters.
"""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

from pve_backup_report.render.mail_page import Amount

MOST_BYTES = 100_000  # of one part, its own headers and its transfer encoding included
_FIRST = Amount(groups=25, items=6, gaps=6, changes=15, characters=400)


def fitting(write: Callable[[Amount], str], subtype: str) -> str:
    """Return the longest text that fits into one part of a mail.

    Args:
        write: writes the text with so much in it.
        subtype: of ``text/…``.
    """
    amount = _FIRST
    text = write(amount)
    while encoded_size(text, subtype) > MOST_BYTES and amount.smaller() != amount:
        amount = amount.smaller()
        text = write(amount)
    return text


def encoded_size(text: str, subtype: str) -> int:
    """Return the bytes that a text takes as one part of a mail, in the encoding in which it is sent."""
    part = EmailMessage(policy=SMTP)
    part.set_content(text, subtype=subtype)
    return len(part.as_bytes())
