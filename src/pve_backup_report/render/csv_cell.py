"""Text for a cell of a CSV file that no spreadsheet takes for a formula, and no terminal obeys."""

import re
from functools import lru_cache

from pve_backup_report.render.visible import visible

# What starts a formula, also behind what another separator than the comma would make the start of a cell. The wide
# forms are those that some spreadsheets read as the plain ones.
# Each run of blanks and quotes is looked at once, however long it is.
_FORMULA = re.compile(r"""(?:(?:^|[;,|])[\s"']*+|(?<![\s"'])\s*+["'][\s"']*+)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")


@lru_cache(maxsize=4096)  # nodes, jobs and codes stand in thousands of rows
def csv_text(text: str) -> str:
    """Return the text with an apostrophe before what would start a formula; a plain number stays as it is.

    Control characters, line ends among them, are written as escapes.
    """
    if _NUMBER.fullmatch(text):
        return text
    return _FORMULA.sub(lambda found: f"{found[0]}'", visible(text))


def csv_item(text: str) -> str:
    """Return one item of a list, in which a blank would end it: one is written as an escape."""
    return visible(text).replace(" ", "\\x20")
