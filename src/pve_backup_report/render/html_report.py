"""The report as one HTML file that needs nothing else: no font, no picture, no script from anywhere."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from jinja2 import Template
from markupsafe import Markup

from pve_backup_report.model.dress import PLAIN, Dress, Overrides
from pve_backup_report.model.report import Report
from pve_backup_report.render.donut import arc
from pve_backup_report.render.dressing import blamed, environment, picture, style_text
from pve_backup_report.render.guest_columns import card_labels, guest_columns
from pve_backup_report.render.headings import Heading
from pve_backup_report.render.language import Language
from pve_backup_report.render.page import page
from pve_backup_report.render.templates import template_text
from pve_backup_report.render.visible import shown
from pve_backup_report.render.wording import Wording

_SCRIPT = "report.js"


def html_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return the whole report as HTML.

    Args:
        report: what to tell.
        language: the reader's.
        dress: templates, logo, title and footer of the administrator.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    labels = card_labels(guest_columns(Wording.of(report, language)))
    return laid_out(report, language, dress, style_text("report.css", dress.overrides) + labels, None)


def laid_out(
    report: Report, language: Language, dress: Dress, style_of_page: str, contents: tuple[Heading, ...] | None
) -> str:
    """Return the report as HTML in a style.

    Args:
        report: what to tell.
        language: the reader's.
        dress: templates, logo, title and footer of the administrator.
        style_of_page: a style sheet.
        contents: what the contents on paper list; None for the screen, which has none.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    wording = Wording.of(report, language)
    style, digest = inline(style_of_page)
    script, script_digest = inline(dict(dress.overrides.texts).get(_SCRIPT) or template_text(_SCRIPT))
    read = page(report, language)
    with blamed(dress.overrides):
        return _template(dress.overrides).render(
            page=read,
            guest_columns=guest_columns(wording),
            dress=dress,
            logo=picture(dress.logo),
            style=style,
            digest=digest,
            script=script,
            script_digest=script_digest,
            paper=contents,
            arc=arc,
            _=wording.say,
            plural=wording.plural,
        )


def inline(text: str) -> tuple[Markup, str]:
    """Return a style or script as it stands in the page, and the digest that lets the policy allow it."""
    text = text.replace("</", "<\\/")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Markup(text), digest  # noqa: S704 - the administrator's or our own, and it cannot close its element


@lru_cache(maxsize=8)
def _template(overrides: Overrides) -> Template:
    return environment(overrides, autoescape=True, finalize=seen).get_template("report.html.j2")


def seen(value: object) -> object:
    """Make every character of a printed value visible; markup is made by the template itself."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
