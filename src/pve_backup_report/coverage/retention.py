"""Which backups a retention keeps: Proxmox's own order of marking.

pve-storage PVE/Storage.pm ``prune_mark_backup_group``, and the same in pbs-datastore ``prune.rs``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_Period = Callable[[datetime], tuple[int, ...]]
# In the order of marking: what an earlier option keeps, a later one does not count again.
_PERIODS: Mapping[str, _Period] = {
    "keep-last": lambda at: (int(at.timestamp()),),
    "keep-hourly": lambda at: (at.year, at.month, at.day, at.hour),
    "keep-daily": lambda at: (at.year, at.month, at.day),
    "keep-weekly": lambda at: at.isocalendar()[:2],
    "keep-monthly": lambda at: (at.year, at.month),
    "keep-yearly": lambda at: (at.year,),
}


def kept(times: Iterable[int], keeps: Mapping[str, int], zone: ZoneInfo) -> frozenset[int]:
    """Return the times of the backups that a prune keeps, of one guest on one storage.

    Args:
        times: epochs of its unprotected backups.
        keeps: ``keep-*`` options; none, or only zeros, keep everything, as ``keep-all`` does.
        zone: zone of the server that prunes; days and weeks are its own.
    """
    newest_first = sorted(set(times), reverse=True)
    limits = {name: keeps[name] for name in _PERIODS if keeps.get(name, 0) > 0}
    if keeps.get("keep-all") or not limits:
        return frozenset(newest_first)
    local = {at: datetime.fromtimestamp(at, UTC).astimezone(zone) for at in newest_first}
    keep: set[int] = set()
    removed: set[int] = set()
    for name, limit in limits.items():
        period = _PERIODS[name]
        held = {period(local[at]) for at in keep}
        chosen: set[tuple[int, ...]] = set()
        for at in newest_first:
            if at in keep or at in removed or period(local[at]) in held:
                continue
            if period(local[at]) in chosen:
                removed.add(at)
            elif len(chosen) == limit:
                break
            else:
                chosen.add(period(local[at]))
                keep.add(at)
    return frozenset(keep)
