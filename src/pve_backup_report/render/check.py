"""``--check-api`` for people and for machines."""

from rich.console import Console

from pve_backup_report.model.check import ApiCheck, Check, Held, ServerCheck
from pve_backup_report.model.tape import Entrance
from pve_backup_report.render.data import Data
from pve_backup_report.render.fill import fill
from pve_backup_report.render.language import Language
from pve_backup_report.render.terminal import heading, plain, show, table
from pve_backup_report.render.words import _, pair

_ITEMS = pair("HTTP {status}, {n} item", "HTTP {status}, {n} items")
_ITEMS_PRINTED = pair("answered, {n} item", "answered, {n} items")
_SEEN = {
    Entrance.TOKEN: _("This token can be shown to see {things}."),
    Entrance.TICKET: _("This user can be shown to see {things}."),
    Entrance.PVESH: _("pvesh, as root, can be shown to see {things}."),
}
_HELD = {
    Held.YES: ("✓", _("held")),
    Held.PARTLY: ("◐", _("held in part")),
    Held.NO: ("✗", _("not held")),
    Held.NOT_NEEDED: ("–", _("none needed")),
    Held.UNKNOWN: ("?", _("unknown")),
}
_PROOFS = {
    "jobs": _("all backup jobs"),
    "guests": _("all guests"),
    "pools": _("all pools"),
    "storages": _("all storages"),
    "tasks": _("all backup tasks of every node"),
    "backups": _("all backups on every storage"),
    "pbs-datastores": _("all datastores"),
    "pbs-backups": _("all namespaces and backups"),
    "pbs-sync": _("all sync jobs"),
}


def check_data(check: ApiCheck) -> Data:
    """Return the check as plain values; codes are not translated."""
    return {
        "schema": "pve-backup-report-check/1",
        "endpoints": [_row(row) for row in check.checks],
        "entrance": str(check.entrance),
        "proves": list(check.proves),
        "cannot_prove": list(check.cannot),
        "pbs": [
            {
                "name": server.name,
                "endpoints": [_row(row) for row in server.checks],
                "entrance": str(server.entrance),
                "proves": list(server.proves),
                "cannot_prove": list(server.cannot),
            }
            for server in check.servers
        ],
    }


def print_check(check: ApiCheck, language: Language, console: Console) -> None:
    """Print one line per endpoint, and what the token can and cannot prove."""
    if check.checks:
        _print(check, language, console)
    for server in check.servers:
        show(console, plain(""), heading(server.name))
        _print(server, language, console)


def _print(check: ApiCheck | ServerCheck, language: Language, console: Console) -> None:
    titles = (_("Endpoint"), _("Answer"), _("Right"), _("Hidden without it"))
    cells = (_cells(row, language) for row in check.checks)
    show(console, table([language.gettext(title) for title in titles], cells))
    show(console, *(plain(sentence) for sentence in proof_sentences(check, language)))


def _row(row: Check) -> Data:
    return {
        "name": row.name,
        "endpoint": row.path,
        "asked": row.asked,
        "status": row.status,
        "items": row.items,
        "error": row.error,
        "needs": row.needs,
        "held": str(row.held),
        "lacking": list(row.lacking),
        "hides": row.hides,
        "by_hand": row.by_hand,
    }


def proof_sentences(check: ApiCheck | ServerCheck, language: Language) -> tuple[str, ...]:
    """Return, in plain words, what the token can and what it cannot prove."""
    sentences = []
    if check.proves:
        proven = ", ".join(language.gettext(_PROOFS[name]) for name in check.proves)
        sentences.append(fill(language.gettext(_SEEN[check.entrance]), {"things": proven}))
    if check.cannot:
        missing = ", ".join(language.gettext(_PROOFS[name]) for name in check.cannot)
        sentence = language.gettext(
            "It cannot be shown to see {things}: what depends on these is called undetermined or unknown."
        )
        sentences.append(fill(sentence, {"things": missing}))
    return tuple(sentences)


def _cells(row: Check, language: Language) -> tuple[str, str, str, str]:
    if not row.asked:
        answer = language.gettext("nothing to ask it for")
    elif row.error is not None:
        answer = row.error
    else:
        answer = _answered(row, language)
    symbol, word = _HELD[row.held]
    right = f"{symbol} {language.gettext(word)}"
    if row.needs is not None:
        right = fill(language.gettext("{what}: {detail}"), {"what": right, "detail": language.right(row.needs)})
    if row.lacking:
        without = language.gettext("not on")
        right = f"{right} ({without} {', '.join(row.lacking)})"
    hidden = row.held in (Held.NO, Held.PARTLY, Held.UNKNOWN)
    return row.path, answer, right, language.gettext(row.hides) if hidden else ""


def _answered(row: Check, language: Language) -> str:
    """Return the status that came over HTTP, if it was HTTP, and how many items."""
    if row.items is None:
        return language.gettext("answered") if row.status is None else f"HTTP {row.status}"
    items = language.ngettext(*(_ITEMS_PRINTED if row.status is None else _ITEMS), row.items)
    return fill(items, {"status": str(row.status), "n": language.number(row.items)})
