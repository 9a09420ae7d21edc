"""The report laid out for paper: the page of the HTML report behind a cover and its contents, in a style of its own."""

import re

from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.report import Report
from pve_backup_report.render.dressing import style_text
from pve_backup_report.render.headings import headings
from pve_backup_report.render.html_report import html_report, laid_out
from pve_backup_report.render.language import Language
from pve_backup_report.render.wording import Wording

_FIGURE = re.compile(r"<svg\b[^>]*>")  # no text of others can be one: every < in it is escaped


def paper_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return the HTML that ``pdf.pdf_of`` makes pages of.

    Args:
        report: what to tell.
        language: the reader's.
        dress: templates, logo, title and footer of the administrator.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    wording = Wording.of(report, language)
    numbered = wording.say("page {n} of {total}", n='" counter(page) "', total='" counter(pages) "')
    style = "\n".join(
        (
            style_text("report.css", dress.overrides),
            style_text("report.pdf.css", dress.overrides, numbered=f'"{numbered}"'),
        )
    )
    contents = headings(html_report(report, language, dress))
    html = laid_out(report, language, dress, style, contents)
    drawn = style_text("figure.pdf.css", dress.overrides).replace("</", "<\\/")
    return _FIGURE.sub(lambda figure: f"{figure[0]}<style>{drawn}</style>", html)
