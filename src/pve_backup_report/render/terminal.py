"""Drawing on a terminal, or into a pipe: tables and lines in which nothing untrusted acts and nothing is cut off."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pve_backup_report.render.sign import BAD, CALM, FAIR, GOOD, UNSEEN, Sign
from pve_backup_report.render.visible import shorten, shown

CELL_SHOWN = 300  # characters of one cell: more than any id, UPID or path of Proxmox
_UNBOUND = 1_000_000
_STYLES = {GOOD: "green", FAIR: "yellow", BAD: "bold red", UNSEEN: "magenta", CALM: "bright_black"}

Cell = str | Text


def plain(text: str) -> Text:
    """Return untrusted text for a terminal: no markup, every character visible."""
    return Text(shown(text), overflow="fold")


def signed(sign: Sign) -> Text:
    """Return a state in its word, coloured by its tone; the word alone says it."""
    return toned(sign.word, sign.tone)


def toned(text: str, tone: str) -> Text:
    """Return text in a tone's colour."""
    return Text(shown(text), style=_STYLES[tone], overflow="fold")


def heading(text: str) -> Text:
    """Return the title of a part."""
    return Text(shown(text), style="bold")


def table(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, codes: frozenset[int] = frozenset()) -> Table:
    """Return a table; a column that is too narrow folds its text.

    Args:
        headers: one per column.
        rows: cells, one per column.
        codes: places of the columns that fold last.
    """
    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for place, header in enumerate(headers):
        drawn.add_column(plain(header), overflow="fold", no_wrap=place in codes)
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else plain(shorten(cell, CELL_SHOWN)) for cell in row))
    return drawn


def show(console: Console, *parts: Table | Text) -> None:
    """Print each part; in a pipe a table is as wide as it needs to be, so that nothing wraps.

    Args:
        console: where to; a pipe has no edge.
        parts: tables and lines.
    """
    for part in parts:
        if console.is_terminal:
            console.print(part)
        elif isinstance(part, Text):
            console.print(part, soft_wrap=True)
        else:
            console.width = _UNBOUND
            console.print(part)
