"""Commands inside a sentence: a browser would break the line within the program's name, or behind ``--``."""

import re

from markupsafe import Markup, escape

from pve_backup_report.render.visible import shown

_OPTION = re.compile(r"(?<!\S)(?:pve-backup-report )?--[a-z][a-z-]*(?: [0-9]+)?")


def options_whole(text: str) -> str:
    """Return the sentence as HTML in which an option, with the program and the number beside it, stays in one line.

    Args:
        text: what to print; names in it may hold anything.
    """
    if "--" not in text:
        return text
    whole = _OPTION.sub(r'<span class="option">\g<0></span>', str(escape(shown(text))))
    return Markup(whole)  # noqa: S704 -- escaped above
