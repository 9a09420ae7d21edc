"""A parcel: what one run hands to the channels, in the form that each of them carries."""

from dataclasses import dataclass

from pve_backup_report.model.letter import Letter


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file that goes with a letter.

    Attributes:
        name: of the file.
        media_type: such as ``text/html``.
        content: its bytes.
    """

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A few lines for a chat, a phone, or who watches the runs.

    Attributes:
        title: one line.
        sentence: the answer.
        text: the answer and the little that fits beside it.
        tone: ``good``, ``fair``, ``bad``, ``unseen`` or ``calm``.
    """

    title: str
    sentence: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Payload:
    """The body of a webhook.

    Attributes:
        media_type: such as ``application/json``.
        content: its bytes.
    """

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out.

    Attributes:
        at: epoch of the run, for a letter's date.
        event: id of this parcel, the same however often it is sent.
        letter: for mailboxes.
        attachments: the files that go with it.
        note: for chats and phones.
        payload: for a webhook.
    """

    at: int
    event: str
    letter: Letter
    attachments: tuple[Attachment, ...]
    note: Note
    payload: Payload
