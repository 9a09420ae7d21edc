"""The mail as HTML: its styles on its elements, where mail readers look for them, and nothing from anywhere else."""

from functools import lru_cache

from css_inline import CSSInliner
from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from pve_backup_report.render.mail_page import MailPage
from pve_backup_report.render.templates import template_text
from pve_backup_report.render.visible import visible
from pve_backup_report.render.wording import Wording


def mail_html(page: MailPage, wording: Wording) -> str:
    """Return the HTML of the message."""
    style = template_text("mail.css").replace("</", "<\\/")
    written = _template().render(
        page=page,
        style=Markup(style),  # noqa: S704 - our own file, and it cannot close its element
        _=wording.say,
        plural=wording.plural,
    )
    return _inliner().inline(written)


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
    return environment.get_template("mail.html.j2")


@lru_cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)  # dark and small screens need their rules


def _seen(value: object) -> object:
    """Make every character of a printed value visible; markup is made by the template itself."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
