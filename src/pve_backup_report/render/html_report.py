"""The report as one HTML file that needs nothing else: no font, no picture, no script from anywhere."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from pve_backup_report.model.report import Report
from pve_backup_report.render.donut import arc
from pve_backup_report.render.guest_columns import card_labels, guest_columns
from pve_backup_report.render.language import Language
from pve_backup_report.render.page import page
from pve_backup_report.render.templates import template_text
from pve_backup_report.render.visible import shown
from pve_backup_report.render.wording import Wording


def html_report(report: Report, language: Language) -> str:
    """Return the whole report as HTML."""
    wording = Wording.of(report, language)
    columns = guest_columns(wording)
    style, digest = _inline(template_text("report.css") + card_labels(columns))
    script, script_digest = _inline(template_text("report.js"))
    return _template().render(
        page=page(report, language),
        guest_columns=columns,
        style=style,
        digest=digest,
        script=script,
        script_digest=script_digest,
        arc=arc,
        _=wording.say,
        plural=wording.plural,
    )


def _inline(text: str) -> tuple[Markup, str]:
    """Return a style or script of ours as it stands in the page, and the digest that lets the policy allow it."""
    text = text.replace("</", "<\\/")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Markup(text), digest  # noqa: S704 - our own file, and it cannot close its element


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
