"""The columns of the guests table: their heads, and the style that repeats these on cards."""

from pve_backup_report.render.wording import Wording


def guest_columns(wording: Wording) -> tuple[str, ...]:
    """Return the heads of the guests table, in order."""
    return (
        wording.say("Guest"),
        wording.say("Verdict"),
        wording.say("Jobs and storages"),
        wording.say("Freshness"),
        wording.say("Last backup"),
        wording.say("Last attempt"),
        wording.say("Notes"),
    )


def card_labels(columns: tuple[str, ...]) -> str:
    """Return the style rule that holds the heads, for ``report.css`` to print beside each cell of a card.

    A thousand guests have seven thousand cells: what all rows share is said once here, not in each of them.
    """
    labels = "".join(f" --label-{place}: {_quoted(head)};" for place, head in enumerate(columns, start=1))
    return f".guests {{{labels} }}\n"


def _quoted(text: str) -> str:
    """Return ``text`` as a CSS string that cannot end early."""
    return '"' + "".join(each if each.isalnum() or each == " " else f"\\{ord(each):x} " for each in text) + '"'
