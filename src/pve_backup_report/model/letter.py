"""A letter: what a mail says, ready to be sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, without its attachments.

    Attributes:
        subject: one line.
        text: for readers that show no HTML.
        html: the same, laid out.
    """

    subject: str
    text: str
    html: str
