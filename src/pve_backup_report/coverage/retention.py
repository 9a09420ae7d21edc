"""Which backups a retention keeps: Proxmox's own order of marking.

pve-storage PVE/Storage.pm ``prune_mark_backup_group``, and the same in pbs-datastore ``prune.rs``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Period = tuple[int, ...]
# In the order of marking: what an earlier option keeps, a later one does not count again.
_PERIODS: Mapping[str, Callable[[datetime], Period]] = {
    "keep-last": lambda at: (int(at.timestamp()),),
    "keep-hourly": lambda at: (at.year, at.month, at.day, at.hour),
    "keep-daily": lambda at: (at.year, at.month, at.day),
    "keep-weekly": lambda at: at.isocalendar()[:2],
    "keep-monthly": lambda at: (at.year, at.month),
    "keep-yearly": lambda at: (at.year,),
}


def period_of(option: str, at: int, zone: ZoneInfo) -> Period:
    """Return the period of an option that an epoch falls into: the day for ``keep-daily``, and so on."""
    return _PERIODS[option](datetime.fromtimestamp(at, UTC).astimezone(zone))


def limits(keeps: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return the options that limit what is kept; none when everything is kept."""
    told = dict(keeps)
    if told.get("keep-all"):
        return ()
    return tuple((name, told[name]) for name in _PERIODS if told.get(name, 0) > 0)


def kept(times: Iterable[int], keeps: Mapping[str, int], zone: ZoneInfo) -> frozenset[int]:
    """Return the times of the backups that a prune keeps, of one guest on one storage.

    Args:
        times: epochs of its unprotected backups.
        keeps: ``keep-*`` options; none, or only zeros, keep everything, as ``keep-all`` does.
        zone: zone of the server that prunes; days and weeks are its own.
    """
    newest_first = tuple(sorted(set(times), reverse=True))
    options = limits(keeps.items())
    return frozenset(kept_by(newest_first, options, zone)) if options else frozenset(newest_first)


def kept_by(newest_first: tuple[int, ...], options: tuple[tuple[str, int], ...], zone: ZoneInfo) -> Mapping[int, str]:
    """Return the option that keeps each of the times kept.

    Args:
        newest_first: epochs, each once.
        options: as ``limits`` gives them.
        zone: zone of the server that prunes.
    """
    local = {at: datetime.fromtimestamp(at, UTC).astimezone(zone) for at in newest_first}
    keep: dict[int, str] = {}
    removed: set[int] = set()
    for name, limit in options:
        period = _PERIODS[name]
        held = {period(local[at]) for at in keep}
        chosen: set[Period] = set()
        for at in newest_first:
            if at in keep or at in removed or period(local[at]) in held:
                continue
            if period(local[at]) in chosen:
                removed.add(at)
            elif len(chosen) == limit:
                break
            else:
                chosen.add(period(local[at]))
                keep[at] = name
    return keep
