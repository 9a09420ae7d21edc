"""The mail as HTML: its styles on its elements, where mail readers look for them, and nothing from anywhere else."""

from functools import lru_cache

from css_inline import CSSInliner, InlineError
from jinja2 import Template
from markupsafe import Markup

from pve_backup_report.model.dress import SHIPPED, Overrides
from pve_backup_report.render.dressing import OverrideFault, blamed, environment, place_of, style_text
from pve_backup_report.render.mail_page import MailPage
from pve_backup_report.render.visible import visible
from pve_backup_report.render.wording import Wording

_STYLE = "mail.css"


def mail_html(page: MailPage, wording: Wording, overrides: Overrides = SHIPPED) -> str:
    """Return the HTML of the message.

    Args:
        page: what to tell.
        wording: the reader's.
        overrides: templates of the administrator.

    Raises:
        OverrideFault: a template or the style sheet of the administrator fails.
    """
    style = style_text(_STYLE, overrides).replace("</", "<\\/")
    with blamed(overrides):
        written = _template(overrides).render(
            page=page,
            style=Markup(style),  # noqa: S704 - the administrator's or our own, and it cannot close its element
            _=wording.say,
            plural=wording.plural,
        )
    return inlined(written, overrides)


def inlined(written: str, overrides: Overrides) -> str:
    """Return a page with its styles put onto its elements.

    Args:
        written: HTML with one element ``style``.
        overrides: templates of the administrator.

    Raises:
        OverrideFault: the style sheet of the administrator fails.
    """
    try:
        return _inliner().inline(written)
    except InlineError as error:
        if _STYLE not in dict(overrides.texts):
            raise
        raise OverrideFault(f"{place_of(_STYLE, overrides)}: {visible(str(error))}") from error


@lru_cache(maxsize=8)
def _template(overrides: Overrides) -> Template:
    return environment(overrides, autoescape=True, finalize=mail_seen).get_template("mail.html.j2")


@lru_cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)  # dark and small screens need their rules


def mail_seen(value: object) -> object:
    """Make every character of a printed value visible; markup is made by the template itself."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
