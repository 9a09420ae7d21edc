"""Templates and styles: found inside an installed package, else at the top of the source tree."""

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_SOURCE_TREE = Path(__file__).resolve().parents[3] / "templates"


@lru_cache
def template_text(name: str) -> str:
    """Return the text of a shipped template or style sheet.

    Args:
        name: file name, such as ``report.html.j2``.

    Raises:
        FileNotFoundError: when this installation has no such file.
    """
    return (template_folder() / name).read_text(encoding="utf-8")


def template_names() -> frozenset[str]:
    """Return the names of all shipped templates and style sheets."""
    return frozenset(entry.name for entry in template_folder().iterdir() if entry.is_file())


@lru_cache
def template_folder() -> Traversable:
    """Return where the shipped templates and style sheets are."""
    shipped = files("pve_backup_report") / "templates"
    return shipped if shipped.is_dir() else _SOURCE_TREE
