"""The report as Markdown: tables that GitHub draws and that a terminal pager shows as well."""

from functools import lru_cache

from jinja2 import Template

from pve_backup_report.model.dress import PLAIN, Dress, Overrides
from pve_backup_report.model.report import Report
from pve_backup_report.render.dressing import blamed, environment
from pve_backup_report.render.language import Language
from pve_backup_report.render.markdown_escape import FILTERS, Inert, inert
from pve_backup_report.render.page import page
from pve_backup_report.render.wording import Wording


def markdown_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return the whole report as GitHub flavoured Markdown.

    Args:
        report: what to tell.
        language: the reader's.
        dress: templates, title and footer of the administrator; a logo is not shown.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    return _written("report.md.j2", report, language, dress)


def markdown_summary(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return a few lines of Markdown for a chat or a ticket: the answer, the worst guests, and how much else there is.

    Args:
        report: what to tell.
        language: the reader's.
        dress: templates and title of the administrator.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    return _written("summary.md.j2", report, language, dress)


def _written(name: str, report: Report, language: Language, dress: Dress) -> str:
    wording = Wording.of(report, language)
    read = page(report, language)
    with blamed(dress.overrides):
        made = _template(name, dress.overrides)
        return made.render(page=read, dress=dress, _=wording.say, plural=wording.plural)


@lru_cache(maxsize=16)
def _template(name: str, overrides: Overrides) -> Template:
    # HTML escapes are not Markdown's; _printed makes every value inert
    made = environment(overrides, autoescape=False, finalize=_printed)
    made.filters.update(FILTERS)
    return made.get_template(name)


def _printed(value: object) -> object:
    """Make every value that the template prints inert, unless it is Markdown already."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Inert) else value
