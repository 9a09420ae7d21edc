"""A fleet in a few lines for chats and phones, and as the body of a webhook."""

from pve_backup_report.model.fleet import Fleet
from pve_backup_report.model.parcel import Note, Payload
from pve_backup_report.render.fleet_data import fleet_data
from pve_backup_report.render.fleet_page import fleet_page
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import Language
from pve_backup_report.render.note import harmless
from pve_backup_report.render.visible import shorten

SCHEMA = "pve-backup-fleet-webhook/1"
_LONGEST, _LONGEST_LINE, _SHOWN = 1000, 160, 5


def fleet_note(fleet: Fleet, title: str, language: Language) -> Note:
    """Return the note of a fleet: the answer, and the worst clusters.

    Args:
        fleet: what to tell.
        title: one line.
        language: the reader's.
    """
    page = fleet_page(fleet, language)
    lines = [f"{row.sign.symbol} {row.label} – {row.sentence}" for row in page.rows[: page.counts.red][:_SHOWN]]
    text = "\n".join([page.sentence, *(shorten(" ".join(line.split()), _LONGEST_LINE) for line in lines)])
    return Note(harmless(title), page.sentence, shorten(harmless(text), _LONGEST), page.sign.tone)


def fleet_payload(fleet: Fleet, title: str, language: Language) -> Payload:
    """Return the body of a fleet's webhook: its JSON report, with the answer as sentences.

    Args:
        fleet: what to tell.
        title: one line.
        language: of the sentences.
    """
    page = fleet_page(fleet, language)
    text = json_text(
        {
            "schema": SCHEMA,
            "test": False,
            "state": page.sign.tone,
            "title": title,
            "sentence": page.sentence,
            "fleet": fleet_data(fleet, language),
        }
    )
    return Payload("application/json", text.encode("ascii"))
