"""``--history`` and ``--diff``: what was kept, on stdout; nothing is asked, and little is loaded."""

import io
import sys

from rich.console import Console

from pve_backup_report.arguments import Arguments
from pve_backup_report.history.lookup import difference, guest_of, history_of, since_of
from pve_backup_report.render.history_guest import guest_csv, guest_data, print_guest
from pve_backup_report.render.history_table import (
    difference_data,
    history_csv,
    history_data,
    print_difference,
    print_history,
)
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import load_language
from pve_backup_report.render.moment import zone_named
from pve_backup_report.settings import Settings


def look_back(arguments: Arguments, settings: Settings, now: int) -> None:
    """Show the runs that are kept, or what changed between two of them.

    Args:
        arguments: what is wanted.
        settings: where the history is.
        now: epoch, the one clock reading.

    Raises:
        SettingsError: when there is no history, no such run, or it cannot be used.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # as in terminal.py
        sys.stdout.reconfigure(errors="backslashreplace")
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    language, zone = load_language(settings.report.language), zone_named(settings.report.timezone)
    if arguments.compared is not None:
        found = difference(settings, arguments.compared)
        if arguments.as_json:
            sys.stdout.write(json_text(difference_data(found)))
        else:
            print_difference(found, language, zone, console)
        return
    since = since_of(arguments.since, settings, now)
    if arguments.vmid is not None:
        guest = guest_of(settings, arguments.vmid, since)
        if arguments.as_json:
            sys.stdout.write(json_text(guest_data(guest)))
        elif arguments.as_csv:
            sys.stdout.write(guest_csv(guest))
        else:
            print_guest(guest, language, zone, console)
        return
    history = history_of(settings, since)
    if arguments.as_json:
        sys.stdout.write(json_text(history_data(history)))
    elif arguments.as_csv:
        sys.stdout.write(history_csv(history))
    else:
        print_history(history, language, zone, console)
