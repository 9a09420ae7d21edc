"""The report as Markdown: tables that GitHub draws and that a terminal pager shows as well."""

from functools import lru_cache

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from pve_backup_report.model.report import Report
from pve_backup_report.render.language import Language
from pve_backup_report.render.markdown_escape import Inert, code, inert
from pve_backup_report.render.page import page
from pve_backup_report.render.templates import template_text
from pve_backup_report.render.wording import Wording


def markdown_report(report: Report, language: Language) -> str:
    """Return the whole report as GitHub flavoured Markdown."""
    wording = Wording.of(report, language)
    return _template().render(page=page(report, language), _=wording.say, plural=wording.plural)


@lru_cache
def _template() -> Template:
    environment = Environment(
        loader=FunctionLoader(template_text),
        autoescape=False,  # noqa: S701 - HTML escapes are not Markdown's; _printed makes every value inert
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = code
    environment.filters["raw"] = Inert
    return environment.get_template("report.md.j2")


def _printed(value: object) -> object:
    """Make every value that the template prints inert, unless it is Markdown already."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Inert) else value
