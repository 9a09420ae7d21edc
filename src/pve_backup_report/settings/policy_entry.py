"""One entry of a policy: each key read and checked, every mistake kept with its line."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.policy import Origin, Selector
from pve_backup_report.settings import kinds
from pve_backup_report.settings.key import WrongValueError, shown
from pve_backup_report.settings.policy_lines import Place

_RANGE = re.compile(r"\s*([0-9]{1,9})\s*-\s*([0-9]{1,9})\s*")
_LAST_VMID = 999_999_999
_MOST_COPIES = 99
_SEVERITIES = {str(severity): severity for severity in Severity}
_CLOSE = 0.6


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Return what to say of a word that is not known: the nearest known one, or all when none is near."""
    close = get_close_matches(word.lower(), known, n=1, cutoff=_CLOSE)
    return f"was {close[0]} meant?" if close else f"known are {', '.join(known)}."


class EntryReading:
    """Reads one entry; what is wrong is kept, and a value that stands in for it is returned.

    Attributes:
        mistakes: sentences, each with line and entry.
    """

    def __init__(self, table: Mapping[str, object], origin: Origin, place: Place | None) -> None:
        self.mistakes: list[str] = []
        self._table = table
        self._origin = origin
        self._place = place

    def tell(self, key: str | None, fault: str) -> None:
        """Keep a mistake: of a key, or of the entry as a whole."""
        line = self._origin.line if self._place is None or key is None else self._place.line_of(key)
        where = f"[[{self._origin.kind}]] number {self._origin.number}"
        self.mistakes.append(f"{where}: {fault}" if line is None else f"line {line}, {where}: {fault}")

    def only(self, *known: str) -> None:
        """Tell every key that is not known."""
        for key in self._table:
            if key not in known:
                self.tell(key, f"{shown(key)} is not known; {nearest(key, known)}")

    def gives(self, *keys: str) -> bool:
        """Whether any of the keys is given, right or wrong."""
        return any(key in self._table for key in keys)

    def text(self, key: str, *, why_needed: str | None = None) -> str | None:
        """Return a text on one line; None when there is none, which is a mistake where it is needed."""
        value = self._table.get(key)
        if value is None:
            if why_needed is not None:
                self.tell(None, f"{key} is missing; {why_needed}.")
            return None
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not text:
            self.tell(key, f"{key} is empty." if isinstance(value, str) else f"{key} is no text; write it in quotes.")
            return None
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return one text or a list of them."""
        value = self._table.get(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        found = [item.strip() for item in items if isinstance(item, str) and item.strip()]
        if value == [] or len(found) < len(items):
            self.tell(key, f'{key} is neither a text nor a list of texts; write {key} = "…" or ["…", "…"].')
        return tuple(dict.fromkeys(found))

    def day(self, key: str, *, why_needed: str | None = None) -> date | None:
        """Return a date."""
        value = self._table.get(key)
        if value is None:
            if why_needed is not None:
                self.tell(None, f"{key} is missing; {why_needed}.")
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.tell(key, f"{key} is no date; write such as {key} = 2026-12-31, without quotes and without a time.")
            return None
        return value

    def number(self, key: str, low: int) -> int | None:
        """Return a whole number from ``low`` on."""
        value = self._table.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= _MOST_COPIES:
            self.tell(key, f"{key} is no whole number from {low} to {_MOST_COPIES}.")
            return None
        return value

    def age(self, key: str) -> int | None:
        """Return the seconds of an age."""
        value = self._table.get(key)
        if value is None:
            return None
        try:
            return kinds.age(value if isinstance(value, str) else str(value))
        except WrongValueError:
            self.tell(key, f'{key} is no age; write hours or days in quotes, such as "36h" or "8d".')
            return None

    def severities(self, key: str) -> tuple[tuple[str, Severity], ...]:
        """Return the severities by code."""
        table = self._table.get(key)
        if table is None:
            return ()
        if not isinstance(table, Mapping):
            self.tell(key, f'{key} is no table; write {key}.backup-late = "error".')
            return ()
        found = []
        for code, word in table.items():
            if self.is_code(code, f"{key}.{code}") and self._is_severity(key, code, word):
                found.append((code, _SEVERITIES[word]))
        return tuple(found)

    def code(self, key: str) -> str | None:
        """Return the code of an anomaly."""
        code = self.text(key, why_needed='name the code of an anomaly, such as code = "guest-uncovered"')
        return code if code is not None and self.is_code(code, key) else None

    def is_code(self, code: str, key: str) -> bool:
        """Whether there is an anomaly of this code."""
        from pve_backup_report.anomalies.catalogue import all_rules  # noqa: PLC0415 -- few policies name a rule

        codes = tuple(rule.code for rule in all_rules())
        if code in codes:
            return True
        close = get_close_matches(code.lower(), codes, n=1, cutoff=_CLOSE)
        hint = f"was {close[0]} meant?" if close else "the codes stand in the page on anomalies."
        self.tell(key, f"{shown(code)} is not the code of an anomaly; {hint}")
        return False

    def selector(self, *, needed: bool) -> Selector:
        """Return which guests the entry is about."""
        selector = Selector(
            vmids=self._vmids("vmid"),
            tags=self._tags("tag"),
            pools=self.texts("pool"),
            names=self.texts("name"),
            clusters=self.texts("cluster"),
        )
        if needed and not self.gives("vmid", "tag", "pool", "name"):
            self.tell(None, "it does not say which guests; give at least one of vmid, tag, pool and name.")
        return selector

    def _tags(self, key: str) -> tuple[str, ...]:
        tags = self.texts(key)
        for tag in tags:
            if not kinds.is_tag(tag):
                self.tell(key, f"{shown(tag)} cannot be a tag; patterns go with name and pool only.")
        return tags

    def _vmids(self, key: str) -> tuple[tuple[int, int], ...]:
        value = self._table.get(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        found = [span for item in items if (span := _span(item)) is not None]
        if value == [] or len(found) < len(items):
            self.tell(key, f'{key} is no vmid; write {key} = 103, [103, 104] or "200-299".')
        return tuple(found)

    def _is_severity(self, key: str, code: str, word: object) -> bool:
        if isinstance(word, str) and word in _SEVERITIES:
            return True
        self.tell(f"{key}.{code}", f"{key}.{code} is no severity; give one of {', '.join(_SEVERITIES)}, in quotes.")
        return False


def _span(item: object) -> tuple[int, int] | None:
    if isinstance(item, int) and not isinstance(item, bool):
        low = high = item
    elif isinstance(item, str) and (found := _RANGE.fullmatch(item)):
        low, high = int(found[1]), int(found[2])
    else:
        return None
    return (low, high) if 0 < low <= high <= _LAST_VMID else None
