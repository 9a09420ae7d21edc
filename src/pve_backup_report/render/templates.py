"""Templates and styles: found inside an installed package, else at the top of the source tree."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

_SOURCE_TREE = Path(__file__).resolve().parents[3] / "templates"


@lru_cache
def template_text(name: str) -> str:
    """Return the text of a template or style sheet.

    Args:
        name: file name, such as ``report.html.j2``.

    Raises:
        FileNotFoundError: when this installation has no such file.
    """
    shipped = files("pve_backup_report") / "templates" / name
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    return (_SOURCE_TREE / name).read_text(encoding="utf-8")
