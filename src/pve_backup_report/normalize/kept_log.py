"""What a tape keeps of a page of a task log: the lines that tell something, as one text."""

from collections.abc import Mapping
from dataclasses import dataclass

from pve_backup_report.normalize.reading import number


@dataclass(frozen=True, slots=True)
class KeptPage:
    """What is kept of a page.

    Attributes:
        count: lines that the page had.
        text: those that are kept, with line breaks between them.
    """

    count: int
    text: str

    @property
    def lines(self) -> list[str]:
        """Return the lines that are kept, in order."""
        return lines_in(self.text)


def read_page(data: object) -> KeptPage | None:
    """Return what is kept of a page; None where there is no telling its lines.

    Args:
        data: of the answer, as ``redact`` leaves it. Older tapes hold a list of lines in it.
    """
    if not isinstance(data, Mapping):
        return None
    count, lines = number(data.get("count")) or 0, data.get("lines")
    if isinstance(lines, list):
        text = "\n".join(map(str, lines))
        return KeptPage(count, text) if text.count("\n") == max(len(lines) - 1, 0) else None
    return KeptPage(count, lines) if isinstance(lines, str) else None


def lines_in(text: str) -> list[str]:
    """Return the lines of a text with line breaks between them; none where it is empty."""
    return text.split("\n") if text else []
