"""The headings of a page, for the contents of its printed form."""

from dataclasses import dataclass
from html.parser import HTMLParser

_LEVELS = {"h2": 1, "h3": 2}


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the contents.

    Attributes:
        id: of the heading's element.
        level: 1 for a part, 2 for a part of that.
        text: what it says.
    """

    id: str
    level: int
    text: str


def headings(html: str) -> tuple[Heading, ...]:
    """Return the headings that a link can lead to, in order: those with an id.

    Args:
        html: a whole page.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Heading] = []
        self._open: tuple[str, str] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        place = dict(attrs).get("id")
        if tag in _LEVELS and place:
            self._open, self._text = (tag, place), []

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open is not None and self._open[0] == tag:
            self.found.append(Heading(self._open[1], _LEVELS[tag], " ".join("".join(self._text).split())))
            self._open = None
