"""The report of a fleet as one HTML file: the clusters, the worst first, with links to the report of each."""

from functools import lru_cache

from jinja2 import Template

from pve_backup_report.model.dress import PLAIN, Dress, Overrides
from pve_backup_report.model.fleet import Fleet
from pve_backup_report.render.donut import arc
from pve_backup_report.render.dressing import blamed, environment, picture, style_text
from pve_backup_report.render.fleet_page import FleetPage, fleet_page, wording_of
from pve_backup_report.render.html_report import inline, seen
from pve_backup_report.render.language import Language
from pve_backup_report.render.templates import template_text

_SCRIPT = "report.js"


def fleet_html(fleet: Fleet, language: Language, dress: Dress = PLAIN, *, links: bool = True) -> str:
    """Return the report of a fleet as HTML.

    Args:
        fleet: what to tell.
        language: the reader's.
        dress: templates, logo, title and footer of the administrator.
        links: to the clusters' own reports, which lie in folders beside it; a mail has none.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    wording = wording_of(fleet, language)
    read: FleetPage = fleet_page(fleet, language)
    sheets = (style_text("report.css", dress.overrides), style_text("fleet.css", dress.overrides))
    style, digest = inline("\n".join(sheets))
    script, script_digest = inline(dict(dress.overrides.texts).get(_SCRIPT) or template_text(_SCRIPT))
    with blamed(dress.overrides):
        return _template(dress.overrides).render(
            page=read if links else read.without_links(),
            dress=dress,
            logo=picture(dress.logo),
            style=style,
            digest=digest,
            script=script,
            script_digest=script_digest,
            arc=arc,
            _=wording.say,
            plural=wording.plural,
        )


@lru_cache(maxsize=8)
def _template(overrides: Overrides) -> Template:
    return environment(overrides, autoescape=True, finalize=seen).get_template("fleet.html.j2")
