"""The mail of a fleet as a page: the answer, the totals, and each cluster that is not well with its reasons."""

from dataclasses import dataclass, replace

from pve_backup_report.model.dress import Dress
from pve_backup_report.render.fleet_page import FleetPage
from pve_backup_report.render.fleet_row import FleetRow
from pve_backup_report.render.mail_page import Amount
from pve_backup_report.render.sign import CALM, GOOD, Sign
from pve_backup_report.render.visible import shorten, visible
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.worst_row import WorstGuest


@dataclass(frozen=True, slots=True)
class MailCluster:
    """One cluster: how it stands, why, and the first of what is wrong.

    Attributes:
        sign: how it stands.
        label: what tells it from the others.
        sentence: its answer, or why there is none.
        lines: guests that need help, then kinds of errors and warnings.
        more: how many lines are not shown.
    """

    sign: Sign
    label: str
    sentence: str
    lines: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FleetMail:
    """Everything that the mail shows.

    Attributes:
        page: the fleet's page.
        title: what the mail is about.
        clusters: those that are not well, the worst first.
        more: how many of them are not shown.
        well: how many are well, or have nothing to back up.
        footer: the administrator's own line; empty for none.
        attached: a report goes with the mail.
    """

    page: FleetPage
    title: str
    clusters: tuple[MailCluster, ...]
    more: int
    well: int
    footer: str
    attached: bool = True

    def cut(self, amount: Amount) -> "FleetMail":
        """Return the mail with no more than that amount."""
        shown = self.clusters[: max(1, amount.groups)]
        return replace(
            self,
            clusters=tuple(_cut(cluster, amount) for cluster in shown),
            more=self.more + len(self.clusters) - len(shown),
        )


def fleet_mail_page(page: FleetPage, dress: Dress, wording: Wording) -> FleetMail:
    """Return the mail of a page.

    Args:
        page: of the fleet.
        dress: title and footer of the administrator.
        wording: the reader's.
    """
    troubled = [row for row in page.rows if row.sign.tone not in (GOOD, CALM)]
    return FleetMail(
        page=page,
        title=visible(dress.title or page.title),
        clusters=tuple(_cluster(row, wording) for row in troubled),
        more=0,
        well=len(page.rows) - len(troubled),
        footer=dress.footer,
    )


def _cluster(row: FleetRow, wording: Wording) -> MailCluster:
    guests = [_guest(guest, wording) for guest in row.worst]
    kinds = [trouble.group.items[0].message for trouble in row.kinds]
    label = row.label if row.name is None else f"{row.label} ({row.name})"
    return MailCluster(row.sign, label, row.sentence, (*guests, *kinds), 0)


def _guest(guest: WorstGuest, wording: Wording) -> str:
    row = guest.row
    states = [row.verdict.word] if guest.uncovered else []
    states += [row.freshness.word] if guest.stale else []
    name = f"{row.vmid} {row.name}" if row.name else str(row.vmid)
    return wording.say("{what}: {detail}", what=name, detail=wording.listed(states))


def _cut(cluster: MailCluster, amount: Amount) -> MailCluster:
    lines = cluster.lines[: amount.items]
    return MailCluster(
        cluster.sign,
        _short(cluster.label, amount.characters),
        _short(cluster.sentence, amount.characters),
        tuple(_short(line, amount.characters) for line in lines),
        len(cluster.lines) - len(lines),
    )


def _short(text: str, characters: int) -> str:
    return shorten(visible(text[: characters + 1]), characters)
