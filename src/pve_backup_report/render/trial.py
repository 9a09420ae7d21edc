"""A trial of the channels: what is sent to see that it arrives, and says so."""

from zoneinfo import ZoneInfo

from markupsafe import escape

from pve_backup_report.model.letter import Letter
from pve_backup_report.model.parcel import Note
from pve_backup_report.render.language import Language
from pve_backup_report.render.visible import visible
from pve_backup_report.render.wording import Wording

_MARK = "[TEST]"
_Results = list[tuple[str, tuple[str, ...]]]


def trial_letter(language: Language) -> Letter:
    """Return the letter of a trial."""
    note = trial_note(language)
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in note.text.splitlines())
    head = f'<head><meta charset="utf-8"><title>{escape(note.title)}</title></head>'
    html = f'<!DOCTYPE html><html lang="{language.code}">{head}<body>{paragraphs}</body></html>'
    return Letter(note.title, f"{note.text}\n", html)


def trial_note(language: Language) -> Note:
    """Return the note of a trial."""
    wording = Wording(language, ZoneInfo("UTC"), 0)
    sentence = wording.say("This is a test: no cluster was asked, and nothing here is about your backups.")
    arrived = wording.say("That you read it means that reports of PVE Backup Report arrive here.")
    title = wording.say("PVE Backup Report: a test of the delivery")
    return Note(
        title=f"{_MARK} {title}",
        sentence=sentence,
        text=f"{sentence}\n{arrived}",
        tone="calm",
    )


def trial_results(results: _Results, language: Language) -> str:
    """Return a line for each channel, and for each of its failures.

    Args:
        results: pairs of a channel's name and its failures, a sentence each.
        language: the reader's.
    """
    sent = Wording(language, ZoneInfo("UTC"), 0).say("the test was sent")
    lines: list[str] = []
    for channel, failures in results:
        lines += [f"✗ {visible(told)}" for told in failures] or [f"✓ {channel}: {sent}"]
    return "".join(f"{line}\n" for line in lines)
