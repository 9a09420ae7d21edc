"""The names of all settings, and what to say of a name that only looks like one."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from pve_backup_report.settings.channel_groups import (
    DeliverySettings,
    NotifySettings,
    PingSettings,
    WebhookSettings,
)
from pve_backup_report.settings.groups import (
    HistorySettings,
    MailSettings,
    PbsSettings,
    PveSettings,
    ReportSettings,
    Settings,
)
from pve_backup_report.settings.key import Key, keys_of

_GROUPS = (
    PveSettings,
    PbsSettings,
    ReportSettings,
    MailSettings,
    WebhookSettings,
    NotifySettings,
    PingSettings,
    DeliverySettings,
    HistorySettings,
    Settings,
)
_OURS = re.compile(
    r"(?:PVE|PBS[0-9]*|REPORT|SMTP|MAIL|WEBHOOK|NOTIFY|PING|DELIVERY|HISTORY|EXEMPT|FLEET)_", re.IGNORECASE
)
_FOREIGN = frozenset({"NOTIFY_SOCKET"})  # systemd's own
_PBS = re.compile(r"PBS([0-9]{1,3})_")
_PLAIN_START = re.compile(r"[A-Za-z0-9_]*")
_FIRST = "01"
_CLOSE = 0.75  # lets SMTP_USER find SMTP_USERNAME, and PVE_URL find PVE_API_URL


def keys_by_name(numbers: Iterable[str]) -> dict[str, Key]:
    """Return all keys by their full names, those of a PBS server once for each of the numbers."""
    numbers = tuple(numbers)
    keys = [key for group in _GROUPS for key in keys_of(group).values()]
    return {key.named(number): key for key in keys for number in (numbers if key.numbered else ("",))}


def names(numbers: Iterable[str]) -> frozenset[str]:
    """Return all names that a setting can have, with the ``_FILE`` of each secret."""
    keys = keys_by_name(numbers)
    return frozenset(keys) | {f"{name}_FILE" for name, key in keys.items() if key.secret}


KNOWN_NAMES = names((_FIRST,))
"""Every name; those of the PBS servers with the number 01."""


def pbs_numbers(given: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers of the PBS servers that any of the names speaks of, such as ``01``, in order."""
    return tuple(sorted({match[1] for name in given if (match := _PBS.match(name))}, key=lambda n: (int(n), n)))


def plain(name: str) -> str:
    """Return the part of a name that is surely one: of a line ``NAME:secret`` in a file, all is taken for the name."""
    match = _PLAIN_START.match(name)
    return name if match is None or match[0] == name else f"{match[0]}…"


def unknown_names(given: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each name that has one of our prefixes and is no setting, with the one that was meant."""
    for name in sorted({name for name in given if _OURS.match(name)} - _FOREIGN):
        numbers = pbs_numbers((name.upper(),)) or (_FIRST,)
        known = names(numbers)
        if name in known:
            continue
        start = plain(name)
        close = get_close_matches(start.rstrip("…").upper(), sorted(known), n=1, cutoff=_CLOSE)
        meant = f"; was {close[0]} meant?" if close else "."
        yield f"{start} is not a setting and is ignored{meant}"
