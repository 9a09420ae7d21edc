"""Overrides looked at before anything is asked: do they read as templates, and does anything use them?"""

from difflib import get_close_matches

from jinja2 import TemplateSyntaxError
from jinja2.meta import find_referenced_templates

from pve_backup_report.model.dress import Overrides
from pve_backup_report.render.dressing import environment, place_of
from pve_backup_report.render.markdown_escape import FILTERS
from pve_backup_report.render.templates import template_names

_SCRIPT = ".js"  # taken as it is


def check_overrides(overrides: Overrides) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the files that are no templates, and those that nothing uses, a sentence each.

    Args:
        overrides: the files.

    Returns:
        Mistakes and warnings.
    """
    reader = environment(overrides, autoescape=False)
    reader.filters.update(FILTERS)
    mistakes: list[str] = []
    used: set[str | None] = set(template_names())
    for name, text in overrides.texts:
        if name.endswith(_SCRIPT):
            continue
        try:
            used.update(find_referenced_templates(reader.parse(text, name)))
            reader.compile(text, name, place_of(name, overrides))
        except TemplateSyntaxError as error:
            mistakes.append(f"{place_of(name, overrides)}, line {error.lineno}: {str(error.message).rstrip('.')}")
    if None in used or mistakes:  # a template chooses another by a name that is only known later
        return tuple(mistakes), ()
    return (), tuple(_unused(name, overrides) for name, _ in overrides.texts if name not in used)


def _unused(name: str, overrides: Overrides) -> str:
    close = get_close_matches(name, sorted(template_names()), n=1)
    meant = f"; was {close[0]} meant?" if close else "."
    return f"{place_of(name, overrides)} takes the place of no shipped file, and no template uses it{meant}"
