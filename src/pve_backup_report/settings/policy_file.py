"""The policy that people keep, in TOML: exemptions, rules and acknowledgements."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pve_backup_report.model.policy import (
    ACKNOWLEDGE,
    EXEMPT,
    RULE,
    TAG,
    Acknowledgement,
    Exemption,
    GuestRule,
    Origin,
    Policy,
    Selector,
)
from pve_backup_report.settings.key import shown
from pve_backup_report.settings.policy_entry import EntryReading, nearest
from pve_backup_report.settings.policy_lines import Place, places_of

_KINDS = (EXEMPT, RULE, ACKNOWLEDGE)
_GUESTS = ("vmid", "tag", "pool", "name", "cluster")
_WHO = ("reason", "owner", "until")
_WHY = 'say why, such as reason = "rebuilt by Ansible every night"'
_OWNER = 'say who answers for it, such as owner = "web team"'
_UNTIL = "give the last day on which it counts, such as until = 2026-12-31"
_SETS = ("max_age", "copies", "offsite", "offsite_copies", "severity")

_Entry = TypeVar("_Entry", Exemption, GuestRule, Acknowledgement)


def read_policy(path: Path) -> tuple[Policy, tuple[str, ...]]:
    """Return the policy in a file, and what is wrong with the file: every mistake, each one sentence with its line.

    Args:
        path: the file.
    """
    told: dict[str, object] = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
        told = tomllib.loads(text)
    except OSError as error:
        return Policy(), (f"{error.strerror or 'cannot be read'}; give the path of a TOML file.",)
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        return Policy(), (f"this is no TOML: {error}.",)
    except RecursionError:
        return Policy(), ("this is no policy: it is nested too deep.",)
    reading = _FileReading(told, text)
    policy = Policy(
        file=path.name,
        exemptions=reading.entries(EXEMPT, _exemption),
        rules=reading.entries(RULE, _rule),
        acknowledgements=reading.entries(ACKNOWLEDGE, _acknowledgement),
    )
    return policy, tuple(reading.mistakes)


def tag_exemptions(tags: tuple[str, ...]) -> tuple[Exemption, ...]:
    """Return the exemptions of the setting ``EXEMPT_TAGS``."""
    return tuple(
        Exemption(Origin(TAG, number), Selector(tags=(tag,)), None, None, None) for number, tag in enumerate(tags, 1)
    )


class _FileReading:
    def __init__(self, told: Mapping[str, object], text: str) -> None:
        self.mistakes: list[str] = []
        self._tables: dict[str, list[object]] = {}
        for key, value in told.items():
            if key not in _KINDS:
                self.mistakes.append(f"{shown(key)} is not known; {nearest(key, _KINDS)}")
            elif not isinstance(value, list):
                self.mistakes.append(f"{key} is no list of entries; write [[{key}]], with two brackets on each side.")
            else:
                self._tables[key] = value
        self._places = places_of(text, {kind: len(tables) for kind, tables in self._tables.items()})

    def entries(self, kind: str, read: Callable[[EntryReading, Origin], _Entry | None]) -> tuple[_Entry, ...]:
        """Return the entries of a kind that are right, in the order of the file."""
        found: list[_Entry] = []
        for number, table in enumerate(self._tables.get(kind, ()), 1):
            place: Place | None = self._places[kind][number - 1]
            origin = Origin(kind, number, None if place is None else place.line)
            if not isinstance(table, Mapping):
                self.mistakes.append(f"[[{kind}]] number {number}: it is no table; write its keys below it.")
                continue
            reading = EntryReading(table, origin, place)
            entry = read(reading, origin)
            self.mistakes.extend(reading.mistakes)
            if entry is not None:
                found.append(entry)
        return tuple(found)


def _exemption(reading: EntryReading, origin: Origin) -> Exemption:
    reading.only(*_GUESTS, *_WHO)
    return Exemption(
        origin=origin,
        selector=reading.selector(needed=True),
        reason=reading.text("reason", why_needed=_WHY),
        owner=reading.text("owner", why_needed=_OWNER),
        until=reading.day("until"),
    )


def _rule(reading: EntryReading, origin: Origin) -> GuestRule:
    reading.only(*_GUESTS, *_SETS, *_WHO)
    offsite, least = reading.texts("offsite"), reading.number("offsite_copies", 0)
    rule = GuestRule(
        origin=origin,
        selector=reading.selector(needed=False),
        max_age_s=reading.age("max_age"),
        copies=reading.number("copies", 1),
        offsite=offsite,
        offsite_copies=1 if offsite and least is None else least,
        severities=reading.severities("severity"),
        reason=reading.text("reason"),
        owner=reading.text("owner"),
        until=reading.day("until"),
    )
    if not reading.gives(*_SETS):
        reading.tell(None, f"it sets nothing; give at least one of {', '.join(_SETS)}.")
    return rule


def _acknowledgement(reading: EntryReading, origin: Origin) -> Acknowledgement | None:
    reading.only("code", "subject", "cluster", *_WHO)
    code, subject, clusters = reading.code("code"), reading.text("subject"), reading.texts("cluster")
    reason = reading.text("reason", why_needed=_WHY)
    owner = reading.text("owner", why_needed=_OWNER)
    until = reading.day("until", why_needed=_UNTIL)
    if code is None or reason is None or owner is None or until is None:
        return None
    return Acknowledgement(origin, code, subject, clusters, reason, owner, until)
