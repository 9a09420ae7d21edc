"""Points in time, as a machine and as a person read them."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pve_backup_report.model.record import record


@record
class Moment:
    """One point in time, ready to print.

    Attributes:
        iso: RFC 3339 in UTC.
        text: in the reader's language and the report's zone, such as ``4 Mar 2026 02:00``.
        age: such as ``6 h ago``, seen from the run.
    """

    iso: str
    text: str
    age: str


def rfc3339(epoch: int | None) -> str | None:
    """Return ``2026-03-04T01:00:01Z``; None for None, and for an epoch that no calendar can show."""
    return None if epoch is None or not calendar_shows(epoch) else _utc(epoch)


def calendar_shows(epoch: int) -> bool:
    """Tell whether the epoch lies in the years that can be written (a server may send anything).

    A day is left at both ends, so that every zone can show it.
    """
    return _FIRST <= epoch <= _LAST


def zone_named(name: str) -> ZoneInfo:
    """Return the zone; UTC when this machine knows none of that name (its own key tells which it is)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


_FIRST = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
_LAST = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())


@lru_cache(maxsize=4096)
def _utc(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z")
