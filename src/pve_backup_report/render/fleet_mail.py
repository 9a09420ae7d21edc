"""The mail of a fleet: one for all clusters; its subject says how many are red, and which."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from jinja2 import Template
from markupsafe import Markup

from pve_backup_report.model.dress import PLAIN, Dress, Overrides
from pve_backup_report.model.fleet import Fleet
from pve_backup_report.model.letter import Letter
from pve_backup_report.render.dressing import blamed, environment, style_text
from pve_backup_report.render.fleet_mail_page import FleetMail, MailCluster, fleet_mail_page
from pve_backup_report.render.fleet_page import FleetPage, fleet_page, wording_of
from pve_backup_report.render.language import Language
from pve_backup_report.render.mail_fit import fitting
from pve_backup_report.render.mail_html import inlined, mail_seen
from pve_backup_report.render.mail_text import filled, more_in_report
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording

_LONGEST = 180
_LABEL_SHOWN = 40


def fleet_mail(fleet: Fleet, language: Language, dress: Dress = PLAIN, *, attached: bool = True) -> Letter:
    """Return the mail of a fleet; both of its parts are small whatever the number of clusters.

    Args:
        fleet: what to tell.
        language: the reader's.
        dress: templates, title and footer of the administrator.
        attached: a report goes with it.

    Raises:
        OverrideFault: a template of the administrator fails.
    """
    wording = wording_of(fleet, language)
    page = fleet_page(fleet, language)
    mail = replace(fleet_mail_page(page, dress, wording), attached=attached)
    return Letter(
        subject=_subject(page, wording),
        text=fitting(lambda amount: _text(mail.cut(amount), wording), "plain"),
        html=fitting(lambda amount: _html(mail.cut(amount), wording, dress.overrides), "html"),
    )


def _subject(page: FleetPage, wording: Wording) -> str:
    """Return one line: how many clusters are red, and which they are, as far as there is room."""
    counts = page.counts
    fleet = wording.plural("[{n} cluster]", "[{n} clusters]", len(page.rows))
    if not counts.red:
        return f"{fleet} {page.sign.word}"
    told = wording.plural("{n} red", "{n} red", counts.red)
    if counts.not_asked:
        unasked = wording.plural("{n} of them not asked", "{n} of them not asked", counts.not_asked)
        told = wording.listed([told, unasked])
    names = wording.listed([_plain(shorten(row.label, _LABEL_SHOWN)) for row in page.rows[: counts.red]])
    return shorten(wording.say("{found} – {names}", found=f"{fleet} {told}", names=names), _LONGEST)


def _plain(text: str) -> str:
    """Return ``text`` on one line; what begins with ``=?`` would be decoded, and could then be anything."""
    return " ".join(visible(text).replace("=?", "= ?").split())


def _text(mail: FleetMail, wording: Wording) -> str:
    return "\n".join(map(filled, _lines(mail, wording))) + "\n"


def _lines(mail: FleetMail, wording: Wording) -> Iterator[str]:
    page = mail.page
    yield f"{page.sign.symbol} {page.sign.word}"
    yield ""
    yield page.sentence
    if page.second:
        yield page.second
    yield ""
    yield mail.title
    if page.generated:
        yield f"{page.generated.text} ({page.zone})"
    for cluster in mail.clusters:
        yield ""
        yield from _cluster(cluster, wording)
    if mail.more:
        yield ""
        yield more_in_report(mail.more, wording)
    yield ""
    if mail.well:
        yield wording.plural("{n} other cluster is well.", "{n} other clusters are well.", mail.well)
    if mail.attached:
        yield wording.say("The full report is attached.")
    else:
        yield wording.say("The full report lies where the program wrote it.")
    if mail.footer:
        yield mail.footer
    yield wording.say("Only questions were asked; nothing in the clusters was changed.")


def _cluster(cluster: MailCluster, wording: Wording) -> Iterator[str]:
    yield f"{cluster.sign.symbol} {cluster.label} – {cluster.sign.word}"
    yield f"  {cluster.sentence}"
    yield from (f"  - {line}" for line in cluster.lines)
    if cluster.more:
        yield f"  {more_in_report(cluster.more, wording)}"


def _html(mail: FleetMail, wording: Wording, overrides: Overrides) -> str:
    style = style_text("mail.css", overrides).replace("</", "<\\/")
    with blamed(overrides):
        written = _template(overrides).render(
            mail=mail,
            page=mail.page,
            style=Markup(style),  # noqa: S704 - the administrator's or our own, and it cannot close its element
            _=wording.say,
            plural=wording.plural,
        )
    return inlined(written, overrides)


@lru_cache(maxsize=8)
def _template(overrides: Overrides) -> Template:
    return environment(overrides, autoescape=True, finalize=mail_seen).get_template("fleet-mail.html.j2")
