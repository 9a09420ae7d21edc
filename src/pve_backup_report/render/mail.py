"""The mail that goes with the reports: its subject, its plain text and its HTML, all of one page."""

from dataclasses import replace

from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.letter import Letter
from pve_backup_report.model.report import Report
from pve_backup_report.render.language import Language
from pve_backup_report.render.mail_fit import fitting
from pve_backup_report.render.mail_html import mail_html
from pve_backup_report.render.mail_page import mail_page
from pve_backup_report.render.mail_subject import mail_subject
from pve_backup_report.render.mail_text import mail_text
from pve_backup_report.render.wording import Wording


def mail_of(report: Report, language: Language, dress: Dress = PLAIN, *, attached: bool = True) -> Letter:
    """Return the mail of a report; both of its parts are small whatever the size of the cluster.

    Args:
        report: what to tell.
        language: the reader's.
        dress: templates, title and footer of the administrator.
        attached: a report goes with it.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    wording = Wording.of(report, language)
    usual = mail_page(report, wording)
    page = replace(usual, title=dress.title or usual.title, footer=dress.footer, attached=attached)
    return Letter(
        subject=mail_subject(report, wording),
        text=fitting(lambda amount: mail_text(page.cut(amount), wording), "plain"),
        html=fitting(lambda amount: mail_html(page.cut(amount), wording, dress.overrides), "html"),
    )
