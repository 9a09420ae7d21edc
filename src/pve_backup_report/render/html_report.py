"""The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from pve_backup_report.model.report import Report
from pve_backup_report.render.donut import arc
from pve_backup_report.render.language import Language
from pve_backup_report.render.page import page
from pve_backup_report.render.templates import template_text
from pve_backup_report.render.visible import shown
from pve_backup_report.render.wording import Wording


def html_report(report: Report, language: Language) -> str:
    """Return the whole report as HTML."""
    wording = Wording.of(report, language)
    style = template_text("report.css").replace("</", "<\\/")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return _template().render(
        page=page(report, language),
        style=Markup(style),  # noqa: S704 - our own file, and it cannot close its element
        digest=digest,
        arc=arc,
        _=wording.say,
        plural=wording.plural,
    )


@lru_cache
def _template() -> Template:
    environment = Environment(
        loader=FunctionLoader(template_text),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.j2")


def _seen(value: object) -> object:
    """Make every character of a printed value visible; markup is made by the template itself."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
