"""What an administrator gives the reports to wear: templates of their own, a logo, a title, a footer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overrides:
    """Files that take the place of shipped templates and styles.

    Attributes:
        folder: where they lie, for messages.
        texts: pairs of file name and text, by name.
    """

    folder: str = ""
    texts: tuple[tuple[str, str], ...] = ()


SHIPPED = Overrides()
"""None: every template is the shipped one."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture for the head of a page.

    Attributes:
        media_type: such as ``image/png``, told from the content.
        content: the bytes of the file.
    """

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Dress:
    """How the pages for people look, beside what they say.

    Attributes:
        overrides: templates and styles instead of the shipped ones.
        logo: None for none.
        title: instead of the usual title; empty for the usual one.
        footer: one more line at the end; empty for none.
    """

    overrides: Overrides = SHIPPED
    logo: Logo | None = None
    title: str = ""
    footer: str = ""


PLAIN = Dress()
"""As shipped."""
