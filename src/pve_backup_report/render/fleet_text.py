"""What the program says after a fleet's run: the answer, and a line for each cluster that is not well."""

from rich.console import Console
from rich.text import Text

from pve_backup_report.model.fleet import Fleet
from pve_backup_report.render.fleet_page import fleet_page
from pve_backup_report.render.fleet_row import FleetRow
from pve_backup_report.render.language import Language
from pve_backup_report.render.sign import CALM, GOOD
from pve_backup_report.render.terminal import plain, show, signed


def print_fleet(fleet: Fleet, language: Language, console: Console) -> None:
    """Print the summary of a fleet.

    Args:
        fleet: what to sum up.
        language: the reader's.
        console: where to.
    """
    page = fleet_page(fleet, language)
    lines = [signed(page.sign), plain(page.sentence)]
    if page.second:
        lines.append(plain(page.second))
    troubled = [row for row in page.rows if row.sign.tone not in (GOOD, CALM)]
    lines.extend(_line(row) for row in troubled)
    show(console, *lines)


def _line(row: FleetRow) -> Text:
    return Text.assemble("  ", plain(row.label), " – ", signed(row.sign), " – ", plain(row.sentence))
