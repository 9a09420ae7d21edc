"""The report of a fleet as Markdown."""

from functools import lru_cache

from jinja2 import Template

from pve_backup_report.model.dress import PLAIN, Dress, Overrides
from pve_backup_report.model.fleet import Fleet
from pve_backup_report.render.dressing import blamed, environment
from pve_backup_report.render.fleet_page import fleet_page, wording_of
from pve_backup_report.render.language import Language
from pve_backup_report.render.markdown_escape import FILTERS, Inert, inert


def fleet_markdown(fleet: Fleet, language: Language, dress: Dress = PLAIN, *, links: bool = True) -> str:
    """Return the report of a fleet as GitHub flavoured Markdown.

    Args:
        fleet: what to tell.
        language: the reader's.
        dress: templates, title and footer of the administrator.
        links: to the clusters' own reports.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    wording = wording_of(fleet, language)
    read = fleet_page(fleet, language)
    with blamed(dress.overrides):
        return _template(dress.overrides).render(
            page=read if links else read.without_links(), dress=dress, _=wording.say, plural=wording.plural
        )


@lru_cache(maxsize=8)
def _template(overrides: Overrides) -> Template:
    made = environment(overrides, autoescape=False, finalize=_printed)
    made.filters.update(FILTERS)
    return made.get_template("fleet.md.j2")


def _printed(value: object) -> object:
    """Make every value that the template prints inert, unless it is Markdown already."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Inert) else value
