"""An anomaly's message and remedy: the rule's sentence, filled with its facts in the reader's words.

A detail's name says how its value is written, so that a rule yields plain facts and nothing else:

* ``at``, ``since``, ``until``, or ending in ``_at``, ``_since``, ``_until``, ``_due``, ``_run``: an epoch, written
  as a time in the report's zone (RFC 3339 for machines);
* ending in ``_s``: seconds, written as a duration;
* ``size``, ``bytes``, or ending in ``_size``, ``_bytes``: bytes, written as a size;
* ``needs``: a right, written in the reader's words;
* ``reason``, ``why_not``, ``freshness``, ``verdict``, ``result``, ``blinds``: a code, written in its words.
"""

import re
from collections.abc import Mapping

from pve_backup_report.model.anomaly import Anomaly, Detail
from pve_backup_report.render import words
from pve_backup_report.render.fill import fill
from pve_backup_report.render.moment import calendar_shows, rfc3339
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

LIST_SHOWN = 20  # items of a list that a sentence spells out
TEXT_SHOWN = 300  # characters of one fact that a sentence shows

_TIME = re.compile(r"(?:^|_)(?:at|since|until)$|_(?:due|run)$")
_DURATION = re.compile(r"_s$")
_SIZE = re.compile(r"(?:^|_)(?:size|bytes)$")
_REASONS = {str(code): text for code, text in words.REASONS.items()}
_CODES: Mapping[str, Mapping[str, str]] = {
    "reason": _REASONS,
    "why_not": _REASONS,
    "freshness": {str(code): text for code, text in words.FRESHNESS.items()},
    "verdict": {str(code): text for code, text in words.VERDICTS.items()},
    "blinds": {str(code): text for code, text in words.BLINDS.items()},
    "result": {str(code): text for code, text in words.RESULTS.items()},
}


def message_of(anomaly: Anomaly, wording: Wording) -> str:
    """Return the anomaly's message in the reader's language; its facts are untrusted text."""
    return _sentence(anomaly.message, anomaly, wording)


def remedy_of(anomaly: Anomaly, wording: Wording) -> str:
    """Return what to do next, the same way."""
    return _sentence(anomaly.remedy, anomaly, wording)


def machine_detail(name: str, value: Detail) -> object:
    """Return a detail as machine output shows it: times in RFC 3339, tuples as lists, the rest as it is."""
    if isinstance(value, tuple):
        return [machine_detail(name, item) for item in value]
    return rfc3339(value) if isinstance(value, int) and _is_epoch(name, value) else value


def _sentence(message: str, anomaly: Anomaly, wording: Wording) -> str:
    translated = wording.language.gettext(message)
    return fill(translated, {name: _written(name, value, wording) for name, value in anomaly.details.items()})


def _written(name: str, value: Detail, wording: Wording) -> str:
    if isinstance(value, tuple):
        return _list_written(name, value, wording)
    if value is None:
        return wording.unspecified()
    if isinstance(value, bool):
        return wording.say("yes") if value else wording.say("no")
    if isinstance(value, int):
        return _number_written(name, value, wording)
    if name == "needs":
        return wording.language.right(shorten(value, TEXT_SHOWN))
    return wording.open_code(_CODES.get(name, {}), shorten(value, TEXT_SHOWN))


def _list_written(name: str, items: tuple[str | int, ...], wording: Wording) -> str:
    if not items:
        return wording.say("none")
    shown = wording.listed([_written(name, item, wording) for item in items[:LIST_SHOWN]])
    rest = len(items) - LIST_SHOWN
    return wording.plural("{items} and {n} more", "{items} and {n} more", rest, items=shown) if rest > 0 else shown


def _number_written(name: str, value: int, wording: Wording) -> str:
    if _is_epoch(name, value):
        return wording.language.date_time(value, wording.zone)
    if _DURATION.search(name):
        return wording.language.duration(value)
    return wording.language.size(value) if _SIZE.search(name) else str(value)


def _is_epoch(name: str, value: int) -> bool:
    return not isinstance(value, bool) and bool(_TIME.search(name)) and calendar_shows(value)
